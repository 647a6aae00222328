from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
DEALS = {"Deals", "Customers", "Named accounts", "Territories", "Cases"}
EVERYBODY = {"Home", "Network and charter", "Partners", "Products", "Program", "Sell-through"} | DEALS
COMPANY = {"Organization", "People", "API tokens"}
MONEY = {"Statements", "Event log"}
BOOKS = {"Settlement", "Ledger", "Exchange rates"}
PAGES = {
    "aurora.owner": EVERYBODY | COMPANY | MONEY | BOOKS | {"Sales reports", "Price lists"},
    "aurora.manager": EVERYBODY | MONEY | BOOKS | {"Sales reports", "Price lists"},
    "aurora.finance": EVERYBODY | MONEY | BOOKS | {"Sales reports"},
    "aurora.auditor": EVERYBODY | MONEY | BOOKS,
    "aurora.partners": EVERYBODY | MONEY | {"Sales reports"},
    "delta.owner": EVERYBODY | COMPANY | MONEY | {"Sales reports"},
    "elm.owner": EVERYBODY | COMPANY | MONEY | {"Sales reports"},
    "elm.rep": EVERYBODY,
}


@pytest.mark.parametrize("who", PAGES)
def test_each_role_signs_in_and_finds_its_pages(desk: Desk, who: str) -> None:
    page = desk.sign_in(who)
    expect(page.get_by_role("heading", name="Needs you now")).to_be_visible()
    assert pages_in_menu(page) == PAGES[who]


def test_a_wrong_password_opens_nothing(desk: Desk) -> None:
    page = desk.stranger()
    page.goto("/networks/aurora-channel/statements")
    page.get_by_label("Email").fill(desk.world.people["elm.owner"].email)
    page.get_by_label("Password", exact=True).fill("eight tall ships at anchor")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("not correct")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_somebody_suspended_reaches_nothing_of_the_company(desk: Desk) -> None:
    page = desk.open("elm.suspended", "/networks/aurora-channel/partners")
    expect(page.get_by_role("heading", name="Partners")).to_have_count(0)


def pages_in_menu(page: Page) -> set[str]:
    links = page.locator(".sidebar-body a").all()
    return {link.inner_text().strip() for link in links}
