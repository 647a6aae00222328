from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
OPERATOR = {"Home", "Partners", "Network and charter", "Program", "Sell-through", "Statements"}
MENUS = {
    "aurora.owner": OPERATOR | {"Settlement", "Ledger", "Exchange rates", "Sales reports", "Products", "Event log"},
}


def pages_in_menu(page: Page) -> set[str]:
    return {link.inner_text().strip() for link in page.get_by_role("navigation").first.get_by_role("link").all()}


def test_show(desk: Desk) -> None:
    for who in ("aurora.owner", "aurora.manager", "aurora.finance", "aurora.partners", "aurora.auditor", "elm.owner", "elm.rep", "delta.owner", "elm.reader"):
        page = desk.sign_in(who)
        print(who, sorted(pages_in_menu(page)), page.title())
    desk.work()
