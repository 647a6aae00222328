from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hansa.deals.tests.story import Story


@pytest.fixture
def story(db: None) -> Story:
    from hansa.deals.tests.story import build_story  # the rules' own tests run without Django

    return build_story()


@pytest.fixture
def browser(story):
    """A browser of an organization's person, signed in; one for each."""
    from django.test import Client

    clients: dict[str, Client] = {}

    def of(name: str) -> Client:
        if name not in clients:
            clients[name] = Client()
            clients[name].force_login(story.people[name])
        return clients[name]

    return of


@pytest.fixture
def ask(browser):
    """A request to the API below the network as an organization's person; answers with status and body."""

    def asked(name: str, method: str, path: str, body: object = None, **headers: str):
        address = f"/api/v1/networks/nordwind/{path}"
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(browser(name), method)(address, headers=headers, **content)
        return answer.status_code, answer.json()

    return asked
