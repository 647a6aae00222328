"""From the check to its consequence: protected, waiting, or in the operator's queue. Under the network's lock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hansa.activity.operations import record
from hansa.customers.models import NamedAccount
from hansa.deals.models import Project, Registration, Waiting
from hansa.deals.operations.arming import arm_reminder, note_check
from hansa.deals.operations.checking import Checked, check, exclusive_holdings_of
from hansa.deals.operations.common import rule, rules_on
from hansa.deals.operations.failures import StepRefused
from hansa.deals.queries.calendars import calendar_for
from hansa.deals.rules import (
    Action,
    Claim,
    ClaimInputs,
    Outcome,
    ProtectionInputs,
    ReviewState,
    Stage,
    decision_due,
    from_plain,
    move,
    protection_start,
)
from hansa.kernel.money import Money
from hansa.kernel.ruling import Ruling
from hansa.kit.scope import acting, system
from hansa.networks.models import Standing
from hansa.networks.queries import standings_on
from hansa.programs.models import ProgramVersion
from hansa.programs.queries import program_of_version


def decide_claim(registration: Registration, *, at: datetime) -> Ruling[Outcome]:
    """Check a submitted claim, decide it by the rules of its day of submission, and carry the outcome out.

    The caller holds the network's lock (`take_turns`), has moved what expired out of the way, and saves nothing itself.
    """
    assert registration.submitted_at is not None
    version, rules = rules_on(registration.network_id, registration.submitted_at.date())
    claim = from_plain(Claim, registration.claim)
    checked = check(registration, claim, at=at)
    inputs = ClaimInputs(claim, None if checked is None else checked.rivals, at)
    ruling: Ruling[Outcome] = rule(registration, inputs, at=at, rules=rules, version=version)
    registration.review = ReviewState.IN_REVIEW
    registration.reason = ruling.reason
    note_check(registration, ran=checked is not None, at=at)
    if checked is not None:
        registration.project = _project(registration, checked)
    if ruling.outcome is Outcome.PROTECT:
        registration.review = move(ReviewState.IN_REVIEW, Action.APPROVE)
        protect(registration, claim, at=at)
    elif ruling.outcome is Outcome.WAIT:
        _wait(registration, at=at)
    else:
        Waiting.objects.filter(registration=registration).delete()
    registration.save()
    _tell_operator(registration, ruling, at=at)
    return ruling


def claim_of(registration: Registration, *, at: datetime, resubmission: int) -> Claim:
    """A registration reduced to what counts on the day of its submission."""
    version, _ = rules_on(registration.network_id, at.date())
    standing = standing_of(registration.network_id, registration.partner_id, at)
    tiers = tier_names(version)
    tier = standing.tier if standing else ""
    amount = registration.amount_minor
    return Claim(
        id=registration.code,
        partner_id=str(registration.partner_id),
        submitted_at=at,
        family=registration.family,
        country=registration.country,
        amount=None if amount is None else Money(amount, registration.currency),
        tier=tier,
        tier_rank=tiers.index(tier) if tier in tiers else -1,
        incumbent=_has_won(registration),
        named_account_holder=_holds_account(registration, at),
        exclusive_holder=_holds_territory(registration, at),
        resubmission=resubmission,
    )


def standing_of(network_id: UUID, organization_id: UUID, at: datetime) -> Standing | None:
    """What a member is on the day; None for the operator and for those who are no members."""
    found: Standing | None = standings_on(network_id, at.date()).filter(organization_id=organization_id).first()
    return found


def tier_names(version: ProgramVersion | None) -> list[str]:
    """The program's tiers, the lowest first."""
    return [] if version is None else list(program_of_version(version).paying.tiers or ())


def _has_won(registration: Registration) -> bool:
    """Whether the partner has won a sale to this customer before, of whatever family."""
    won = Registration.objects.filter(
        network_id=registration.network_id, partner_id=registration.partner_id, company_id=registration.company_id,
        stage=Stage.LAUNCHED,
    )  # fmt: skip
    return won.exclude(id=registration.id).exists()


def _holds_account(registration: Registration, at: datetime) -> bool:
    rows = NamedAccount.objects.filter(
        network_id=registration.network_id, company_id=registration.company_id, holder_id=registration.partner_id,
        family__in=["", registration.family], from_on__lte=at.date(),
    )  # fmt: skip
    return any(row.until_on is None or row.until_on > at.date() for row in rows)


def _holds_territory(registration: Registration, at: datetime) -> bool:
    own = str(registration.partner_id)
    return any(holding.holder_id == own for holding in exclusive_holdings_of(registration, at))


def _project(registration: Registration, checked: Checked) -> Project:
    """The project that a person or matching says it is; the oldest one where there are several; else a new one."""
    of_customer = Project.objects.filter(
        network_id=registration.network_id, company_id__in=checked.same, family=registration.family,
        country=registration.country,
    )  # fmt: skip
    said = Project.objects.filter(id__in=checked.same_projects)
    known = (of_customer | said).exclude(id__in=checked.other_projects).order_by("id")
    found: Project | None = known.first()
    if found is None:
        taken = of_customer.filter(company_id=registration.company_id)
        found = Project(
            network_id=registration.network_id, company_id=registration.company_id, family=registration.family,
            country=registration.country, number=taken.count() + 1,
        )  # fmt: skip
        found.save(force_insert=True)
    return found


def project_of(registration: Registration, *, at: datetime) -> Project:
    """The project of a claim that never had one, because its check could not run. Raises StepRefused if it still cannot."""
    checked = check(registration, from_plain(Claim, registration.claim), at=at)
    if checked is None:
        raise StepRefused("The conflict check cannot run at present.")
    return _project(registration, checked)


def protect(registration: Registration, claim: Claim, *, at: datetime) -> None:
    """Protect an approved claim for as long as the rules of its submission say, by `protection_start`. The caller saves."""
    at = protection_start(claim, at=at, answer_at=registration.answer_at)
    version, rules = rules_on(registration.network_id, claim.submitted_at.date())
    until: Ruling[datetime] = rule(registration, ProtectionInputs(claim, at), at=at, rules=rules, version=version)
    Waiting.objects.filter(registration=registration).delete()
    registration.protected_from, registration.protected_until = at, until.outcome
    registration.reason = until.reason
    registration.decision_due = None
    arm_reminder(registration, at=at)


def _wait(registration: Registration, *, at: datetime) -> None:
    """Stand in line behind whoever is protected. No clock runs for one who waits."""
    Waiting.objects.get_or_create(
        registration=registration,
        defaults={"network_id": registration.network_id, "project": registration.project, "since": at},
    )
    registration.decision_due = None


def _tell_operator(registration: Registration, ruling: Ruling[Outcome], *, at: datetime) -> None:
    """An event that names no partner, neither as party nor as actor: what was found is the operator's until the answer."""
    if ruling.outcome is Outcome.QUEUE:
        _, rules = rules_on(registration.network_id, at.date())
        clocks, start = rules.clocks, registration.submitted_at or at
        calendar = calendar_for(registration.partner, clocks.business_hours, start=start, count=clocks.decision_hours)
        registration.decision_due = decision_due(start, clocks, calendar)
        registration.save(update_fields=["decision_due"])
    with acting(system("a claim was decided by the rules")):
        record(
            "deals.registration.ruled", subject=registration, at=at, network_id=registration.network_id,
            facts={"code": registration.code, "outcome": ruling.outcome.value},
        )  # fmt: skip
