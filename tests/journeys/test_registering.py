"""The first registration: the rules are read and accepted in passing, and it takes one screen."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from hansa.catalog.queries import families_of
from hansa.kit.scope import acting
from hansa.programs.operations import publish, save_draft
from hansa.programs.queries import draft_of
from tests.journeys.desk import Desk
from tests.world.documents import program_text

DEALS = "/networks/aurora-channel/deals"


def publish_rules(desk: Desk) -> str:
    """A version in force today, with rules of engagement that nobody has accepted yet; gives a product family."""
    world, now = desk.world, timezone.now()
    text = program_text(world.canaries, "aurora-channel", label="today").replace("2025-01-01", f"{now.year}-01-01")
    text = text.replace("until: 2026-01-01", f"until: {now.year + 1}-01-01")
    rules = "rules_of_engagement: {protection: [{days: 120, tiers: [Gold]}, {days: 60}], clocks: {answer_after: 0}}\n"
    with acting(world.scope("aurora.manager")):
        program = world.programs["aurora-channel"]
        revision = save_draft(program=program, text=text + rules, revision=draft_of(program).revision, at=now).revision
        publish(program=program, revision=revision, note="Rules", at=now)
        return families_of(world.networks["aurora-channel"].id)[1]


def test_the_first_registration_takes_one_screen(desk: Desk) -> None:
    family = publish_rules(desk)
    page = desk.open("hazel.rep", f"{DEALS}/new")
    expect(page.get_by_text("A project of the tier Gold is protected for 120 days.")).to_be_visible()
    page.locator("#id_customer_name").fill("Quarry Works")
    expect(page.get_by_text("The directory does not know it.")).to_be_visible()
    page.get_by_label("Product family").select_option(family)
    page.get_by_label("Country of the project").select_option("SE")
    page.get_by_label("Title").fill("Fleet for the quarry")
    page.get_by_role("button", name="Accept the rules and submit").click()
    expect(page.get_by_role("heading", name="Fleet for the quarry")).to_be_visible()

    page.goto(f"{DEALS}/new")
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
    page.locator("#id_customer_name").fill("Quarry Works")
    expect(page.get_by_text("Which company do you mean?")).to_be_visible()
    page.get_by_role("radio").first.check()
    page.get_by_label("Product family").select_option(family)
    page.get_by_label("Country of the project").select_option("SE")
    page.get_by_label("Title").fill("The second pit")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("radio", name="It is another project").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", name="The second pit")).to_be_visible()


def test_the_operator_sees_who_has_accepted_and_what_registering_costs(desk: Desk) -> None:
    publish_rules(desk)
    code = desk.world.programs["aurora-channel"].code
    page = desk.open("aurora.manager", f"/networks/aurora-channel/programs/{code}/")
    expect(page.get_by_text("0 of 6 members; 0 of 4 of your people who register deals")).to_be_visible()
    page.goto(f"{DEALS}/queue")
    page.get_by_role("link", name="Effort").click()
    expect(page.get_by_role("heading", name="How much work is a registration?")).to_be_visible()
    expect(page.get_by_role("row", name="Fields on the form")).to_contain_text("8")
