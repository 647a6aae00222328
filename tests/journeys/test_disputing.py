from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
CASES = "/networks/aurora-channel/cases"


def test_a_side_shows_evidence_that_the_other_reads(desk: Desk) -> None:
    case = desk.world.cases["aurora-channel", "filed"]
    page = desk.open("elm.owner", "/")
    page.get_by_role("link", name="Cases", exact=True).click()
    page.get_by_role("link", name=case.subject_label).click()
    page.get_by_label("What speaks for you").fill("Our offer is of 1 February.")
    proof = {"name": "offer.txt", "mimeType": "text/plain", "buffer": b"the offer"}
    page.get_by_label("File").set_input_files(proof)  # type: ignore[arg-type]
    page.get_by_role("button", name="Put into the case file").click()
    expect(page.get_by_text("Our offer is of 1 February.")).to_be_visible()

    other = desk.open("fir.owner", f"{CASES}/{case.code}")
    expect(other.get_by_text("Our offer is of 1 February.")).to_be_visible()
    expect(other.get_by_role("link", name="offer.txt")).to_be_visible()


def test_a_remedy_is_appealed_and_decided_by_somebody_else(desk: Desk) -> None:
    case = desk.world.cases["aurora-channel", "proposed"]
    page = desk.open("fir.owner", f"{CASES}/{case.code}")
    page.get_by_role("link", name="Appeal", exact=True).click()
    page.get_by_label("What was decided wrongly").fill("The date is that of the draft.")
    page.get_by_role("button", name="Appeal", exact=True).click()
    expect(page.get_by_text("Somebody else will decide the case now.")).to_be_visible()

    desk.work()
    judge = desk.open("aurora.owner", "/inbox")
    judge.get_by_role("link", name=f"{case.subject_label} was appealed").click()
    judge.get_by_role("link", name="Assign who decides").click()
    expect(judge.get_by_text("This person has decided the case before")).to_be_visible()
    judge.get_by_role("radio", name=str(desk.world.people["aurora.owner"])).check()
    judge.get_by_role("button", name="Assign", exact=True).click()
    judge.get_by_role("link", name="Decide the appeal").click()
    judge.get_by_label("Remedy", exact=True).select_option("split")
    judge.get_by_label("The claimant's share in percent").fill("60")
    judge.get_by_label("The rule applied").fill("First in time")
    judge.get_by_label("Why, for both sides").fill("Both were complete on the same day.")
    judge.get_by_label("Why, for everybody").fill("Claims of one day share.")
    judge.get_by_role("button", name="Decide", exact=True).click()
    expect(judge.get_by_text("It is split: 60% to the claimant, 40% to the respondent.")).to_be_visible()

    member = desk.open("hazel.owner", "/networks/aurora-channel/precedents?q=share")
    expect(member.get_by_text("Claims of one day share.")).to_be_visible()
