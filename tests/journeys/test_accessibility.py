"""Every screen that opens with GET, as the operator and as a partner, in both themes, on a phone, and on the scales."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, Response, ViewportSize

from tests.journeys.desk import DESKTOP, Desk
from tests.safety.policy import kind_of, table
from tests.safety.routes import Route, screens
from tests.safety.things import Thing, catalogue

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}
HEAVIEST = 150_000
AREAS = (
    "site",
    "account",
    "people",
    "mfa",
    "organizations",
    "networks",
    "programs",
    "sales",
    "catalog",
    "customers",
    "deals",
    "incentives",
    "ledger",
    "disputes",
    "activity",
)
OPERATOR, MEMBER = "aurora.owner", "elm.owner"
PARTNERS_OWN = {"deals"}  # areas whose screens mostly open for a partner alone
WALKS = [(area, OPERATOR) for area in AREAS] + [
    pytest.param(area, MEMBER, marks=() if area in PARTNERS_OWN else pytest.mark.full) for area in AREAS
]
DARK = """() => {
  document.documentElement.dataset.bsTheme = "dark";
  document.dispatchEvent(new Event("hansa:theme"));
  return new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 100)));
}"""
WIDEST = """() => [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth)
  .filter((each) => !each.closest(".table-wrap, .board"))
  .map((each) => each.outerHTML.slice(0, 120)).slice(0, 3).join(" | ")"""
LOADED = "performance.getEntriesByType('resource').map(each => each.name)"


@pytest.mark.parametrize(("area", "who"), WALKS)
def test_every_screen_can_be_read_and_used_by_everybody(desk: Desk, area: str, who: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    page = desk.open(who, "/help", theme="light")
    faults, seen, weights = [], 0, {}
    for route, path in addresses_in(area, who, desk):
        if not is_a_screen(path, who, desk):
            continue
        answer = page.goto(path)
        seen += 1
        faults += [f"{route}: {fault}" for fault in faults_of(page, axe)]
        weights[route] = weight_of(page, answer, desk)
    assert not faults, "\n".join(faults)
    assert {route: weight for route, weight in weights.items() if weight > HEAVIEST} == {}
    assert seen > 0, "no screen of this area was tried"


def addresses_in(area: str, who: str, desk: Desk) -> Iterator[tuple[str, str]]:
    things = catalogue(desk.world)
    for route in screens():
        if route.name.replace("_", ":").split(":")[0] == area and "logout" not in route.name:
            yield route.name, route.path(values_for(route, who.split(".")[0], things))


def values_for(route: Route, company: str, things: dict[str, list[Thing]]) -> dict[str, str]:
    """What stands in the address: a thing of the route's kind that the company sees, its own first."""
    if not route.parameters:
        return {}
    found = things.get(kind_of(route, table()[route.name]), [])
    fitting = [thing for thing in found if company in thing.seen_by or "*" in thing.seen_by]
    fitting = sorted(fitting, key=lambda thing: thing.owner != company) or found
    return fitting[0].address if fitting else dict.fromkeys(route.parameters, "nothing")


def is_a_screen(path: str, who: str, desk: Desk) -> bool:
    client = Client(raise_request_exception=False)
    client.force_login(desk.world.people[who])
    answer = client.get(path)
    whole = answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
    return whole and b"</html>" in answer.content


def faults_of(page: Page, axe: object) -> list[str]:
    if page.locator("[data-chart]").count():
        page.locator("[data-chart] svg").first.wait_for()
    faults = violations(page, axe, {"resultTypes": ["violations"]})
    page.evaluate(DARK)
    faults += [f"dark {each}" for each in violations(page, axe, {"runOnly": ["color-contrast"]})]
    page.set_viewport_size(PHONE)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
        faults.append(f"{width} pixels wide on a phone of {PHONE['width']}: {page.evaluate(WIDEST)}")
    page.set_viewport_size(DESKTOP)
    return faults


def violations(page: Page, axe: object, options: dict[str, object]) -> list[str]:
    found = axe.run(page, options=options).response["violations"]  # type: ignore[attr-defined]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']} at {each['nodes'][0]['html'][:160]}" for each in serious]


def weight_of(page: Page, answer: Response | None, desk: Desk) -> int:
    """What the screen carries over the line, compressed, charts left out."""
    assert answer is not None
    loaded = {url.split("#")[0] for url in page.evaluate(LOADED) if "/charts-" not in url}
    return len(gzip.compress(answer.body())) + sum(size_of(page, url) for url in loaded)


SIZES: dict[str, int] = {}


def size_of(page: Page, url: str) -> int:
    """The compressed size of a resource; static files are asked for once."""
    name = url.split("/", 3)[3]
    if name not in SIZES:
        SIZES[name] = len(gzip.compress(page.request.get(url).body()))
    return SIZES[name]
