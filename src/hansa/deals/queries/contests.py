"""Cases about registrations: which there are, and whether a decision may be disputed now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hansa.deals.models import Contest, Match, Registration
from hansa.deals.queries.seen import OWN_DOING, held_back
from hansa.disputes.models import OVER, State
from hansa.disputes.rules.course import rule_on_filing
from hansa.kernel.ruling import Ruling
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.programs.engagement import Disputes


def contests_of(registration: Registration) -> list[Contest]:
    """The cases about a registration that the scope may see, the latest first."""
    rows = Contest.objects.filter(registration=registration).select_related("case", "network")
    return list(rows.order_by("-opened_at", "-id"))


def own_in_match(network_id: UUID, match_id: UUID) -> Registration:
    """The registration with which the acting organization is in a case about a match; NotFound where it is in none.

    For those who run the network it is the claimant's.
    """
    about = Contest.objects.filter(network_id=network_id, case__subject_type=OF_MATCH, case__subject_id=str(match_id))
    rows = about.select_related("registration").order_by("-opened_at", "side")
    mine = [row for row in rows if row.registration.partner_id == current_scope().organization_id]
    found = mine or [row for row in rows if network_id in current_scope().operates]
    if not found:
        raise NotFound()
    registration: Registration = found[0].registration
    return registration


OF_REGISTRATION, OF_MATCH = "deals.registration", "deals.match"


def decided_at(registration: Registration) -> datetime | None:
    """When what its partner is shown was decided: its answer, or the instant from which it could have been answered."""
    moments = [each for each in (registration.answer_at, registration.answered_at) if each is not None]
    return max(moments, default=None)


def rule_on_dispute(registration: Registration, rules: Disputes, *, at: datetime) -> Ruling[bool]:
    """Whether the partner of a registration may dispute at an instant what was decided about it.

    It depends on nothing that others do: a registration that waits in silence can be disputed like one that was answered.
    """
    since = decided_at(registration)
    if registration.review in OWN_DOING or since is None or at < since or held_back(registration, at=at):
        return Ruling(False, "Nothing has been decided that could be disputed.")
    if registration.partner_id == registration.network.operator_id or registration.network.operator_id is None:
        return Ruling(False, "You run this network yourself: a case is opened between two registrations.")
    for row in contests_of(registration):
        if row.case.state not in OVER:
            return Ruling(False, "There is a case about this registration already.")
        if row.case.state != State.WITHDRAWN and _is_about(row, registration):
            return Ruling(False, "The case about this submission is over: its remedy is final.")
    return rule_on_filing(decided_at=since, at=at, rules=rules)


def _is_about(contest: Contest, registration: Registration) -> bool:
    """Whether a case was about the submission that stands now: another submission is another decision."""
    return registration.submitted_at is None or contest.opened_at >= registration.submitted_at


def rule_on_case_between(match: Match, *, at: datetime) -> Ruling[bool]:
    """Whether those who run the network may open a case between the two registrations of a match at an instant."""
    sides = (match.earlier, match.later)
    if match.answer == Match.Answer.ANOTHER or (not match.answer and match.verdict != "same"):
        return Ruling(False, "Only two registrations that mean the same project have a conflict.")
    if match.earlier.partner_id == match.later.partner_id:
        return Ruling(False, "Both are registrations of one organization.")
    if any(side.answer_at is None or at < side.answer_at for side in sides):
        return Ruling(False, "A case would tell each side of the other: it can be opened once both were answered.")
    if any(row.case.state not in OVER for side in sides for row in contests_of(side)):
        return Ruling(False, "One of the two registrations is in a case already.")
    return Ruling(True, "The two sides can be heard.")
