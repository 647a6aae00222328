"""Every screen that opens with GET, as the operator and as a partner, in both themes, on a phone, and on the scales."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, Response, ViewportSize

from tests.journeys.desk import DESKTOP, Desk
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
    "incentives",
    "ledger",
    "disputes",
    "activity",
)
KINDS = {  # by which kind of thing the address of an area is filled in
    "catalog:price_list": "price_list",
    "disputes:case": "case",
    "disputes:withdrawal": "filed_case",
    "disputes:appeal": "proposed_case",
    "disputes:adjudicator": "appealed_case",
    "disputes:proposal": "deciding_case",
    "disputes:decision": "on_appeal_case",
    "incentives:run": "run",
    "incentives:statement": "statement",
    "incentives:line": "line",
    "ledger:account": "account",
    "ledger:journal": "journal",
    "ledger:transaction": "transaction",
    "ledger:reversal": "transaction",
    "ledger:closing": "period",
    "ledger:seal": "period",
    "networks:partner": "membership",
    "networks:standing": "membership",
    "networks:move": "membership",
    "organizations:person": "affiliation",
    "organizations:invitation": "secret",
    "programs:version": "program_version",
    "site:notification": "notification",
}
DARK = """() => {
  document.documentElement.dataset.bsTheme = "dark";
  document.dispatchEvent(new Event("hansa:theme"));
  return new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 100)));
}"""
LOADED = "performance.getEntriesByType('resource').map(each => each.name)"


@pytest.mark.parametrize("who", ["aurora.owner", pytest.param("elm.owner", marks=pytest.mark.full)])
@pytest.mark.parametrize("area", AREAS)
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
    kind = KINDS.get(route.name) or ("network" if route.parameters == ("slug",) else "")
    kinds = (
        [kind] if kind else [name for name, found in things.items() if set(route.parameters) <= set(found[0].address)]
    )
    fitting = [thing for name in kinds for thing in things[name] if company in thing.seen_by or "*" in thing.seen_by]
    fitting = sorted(fitting, key=lambda thing: thing.owner != company) or things[kinds[0]] if kinds else []
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
        faults.append(f"{width} pixels wide on a phone of {PHONE['width']}")
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
