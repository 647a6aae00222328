"""No list asks the database more than twelve times, the frame of the page included."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.world.story import World

MOST = 12
OF_NETWORK = (
    "networks:partners",
    "networks:duplicates",
    "programs:programs",
    "sales:reports",
    "catalog:products",
    "catalog:price_lists",
    "incentives:runs",
    "incentives:statements",
    "ledger:ledger",
    "ledger:journals",
    "ledger:periods",
    "ledger:rates",
    "activity:events",
)
OF_COMPANY = ("networks:networks", "organizations:people", "organizations:tokens", "site:inbox")
FOR_OPERATORS = {"incentives:runs", "catalog:price_lists", "networks:duplicates"}


@pytest.mark.parametrize("name", [*OF_NETWORK, *OF_COMPANY])
@pytest.mark.parametrize("who", ["aurora.owner", "elm.owner"])
def test_a_list_takes_few_questions(world: World, who: str, name: str) -> None:
    client = Client()
    client.force_login(world.people[who])
    path = reverse(name, args=["aurora-channel"] if name in OF_NETWORK else [])
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(path)
    print(name, who, answer.status_code, len(asked))
    assert len(asked) <= MOST, [each["sql"][:150] for each in asked.captured_queries]
