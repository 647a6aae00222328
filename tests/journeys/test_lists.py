"""No list asks the database more than twelve questions, the frame of the page included (savepoints are none)."""

from __future__ import annotations

from collections.abc import Iterator

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
OF_OPERATORS = {
    "networks:duplicates",
    "catalog:price_lists",
    "incentives:runs",
    "ledger:ledger",
    "ledger:journals",
    "ledger:periods",
}
NOT_ASKED = ("SAVEPOINT", "RELEASE SAVEPOINT", "SELECT SET_CONFIG")


def cases() -> Iterator[tuple[str, str]]:
    for name in (*OF_NETWORK, *OF_COMPANY):
        yield "aurora.owner", name
        if name not in OF_OPERATORS:
            yield "elm.owner", name


@pytest.mark.parametrize(("who", "name"), cases())
def test_a_list_asks_few_questions(world: World, who: str, name: str) -> None:
    client = Client()
    client.force_login(world.people[who])
    path = reverse(name, args=["aurora-channel"] if name in OF_NETWORK else [])
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    asked = [each["sql"] for each in captured.captured_queries if not each["sql"].upper().startswith(NOT_ASKED)]
    assert answer.status_code == 200
    assert len(asked) <= MOST, "\n".join(sql[:200] for sql in asked)
