"""The conflict check: which registrations and rights stand beside a claim. Under the network's lock, for the decision alone."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q

from hansa.companies.models import Sameness
from hansa.companies.queries import candidates, said_of
from hansa.customers.models import Account, NamedAccount
from hansa.deals.models import Match, Registration
from hansa.deals.operations.apart import protected_apart, said_apart
from hansa.deals.queries.twins import described
from hansa.deals.rules import (
    Answer,
    Claim,
    Place,
    ReviewState,
    Rival,
    Stage,
    Standing,
    Verdict,
    exclusive_holdings,
    from_plain,
)
from hansa.engines.matching import Verdict as Said
from hansa.programs.queries import exclusive_spans, territories_on
from hansa.programs.rules.holdings import Holding

log = logging.getLogger(__name__)
STANDING = (ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.APPROVED)


@dataclass(frozen=True, slots=True)
class Alike:
    """A company that may be the customer, and what matching or a person said of the two."""

    id: UUID
    verdict: Said
    probability: float
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found: the companies that may be the customer, and the rivals of the claim.

    The projects are those of registrations about which a person has said that they mean the same one, or another.
    """

    alike: dict[UUID, Alike]
    rivals: tuple[Rival, ...]
    same_projects: frozenset[UUID] = frozenset()
    other_projects: frozenset[UUID] = frozenset()

    @property
    def same(self) -> set[UUID]:
        """The companies that are the customer, in whatever spelling."""
        return {company for company, one in self.alike.items() if one.verdict is Said.SAME}


def check(registration: Registration, claim: Claim, *, at: datetime) -> Checked | None:
    """Whatever stands beside a claim; None where the check could not run, so that nothing is waved through."""
    try:
        with transaction.atomic():
            alike = companies_alike(registration)
            found = [
                *_claims(registration, alike, at),
                *_named_accounts(registration, alike, at),
                *_exclusive_territories(registration, at),
            ]
            same, other = _said_projects(registration)
            return Checked(alike, tuple(found), same, other)
    except DatabaseError:
        log.exception("the conflict check of registration %s could not run", registration.code)
        return None


def companies_alike(registration: Registration) -> dict[UUID, Alike]:
    """The companies known in the network that are the customer or may be, the registration's own among them.

    What a person has said of two rows counts before what matching says.
    """
    company = registration.company
    own = Alike(company.id, Said.SAME, 1.0, "the same record")
    found = {company.id: own}
    for known in candidates(registration.network_id, described(company)):
        if known.id != company.id and known.match.verdict is not Said.DIFFERENT:
            found[known.id] = Alike(known.id, known.match.verdict, known.match.probability, known.match.why)
    for said in reversed(said_of({*found, *_linked_to(company.id)})):
        for one, other in ((said.one_id, said.other_id), (said.other_id, said.one_id)):
            if one == company.id and said.answer == "SAME":
                found[other] = Alike(other, Said.SAME, 1.0, f"said to be the same company: {said.reason}")
            elif one == company.id:
                found.pop(other, None)
    return found


def _linked_to(company_id: UUID) -> set[UUID]:
    rows = Sameness.objects.filter(Q(one_id=company_id) | Q(other_id=company_id)).values_list("one_id", "other_id")
    return {company for pair in rows for company in pair}


def _claims(registration: Registration, alike: dict[UUID, Alike], at: datetime) -> Iterable[Rival]:
    """Other registrations of the family and country on any of these companies, recorded by then and still standing."""
    rows = (
        Registration.objects.filter(
            network_id=registration.network_id, company_id__in=alike, family=registration.family,
            country=registration.country, review__in=STANDING,
        )
        .exclude(id=registration.id)
        .exclude(stage=Stage.CLOSED_LOST)
        .select_related("network")
    )  # fmt: skip
    answers, apart = _answers(registration), said_apart(registration)
    for row in rows:
        if row.protected_until is not None and row.protected_until <= at:
            continue
        one = alike[row.company_id]
        answer = answers.get(row.id) or (Answer.ANOTHER if row.id in apart else None)
        if row.id not in apart:
            _keep_match(registration, row, one, at)
        yield Rival(
            claim=from_plain(Claim, row.claim),
            standing=_standing(row),
            verdict=Verdict.SAME if one.verdict is Said.SAME else Verdict.REVIEW,
            answer=Answer(answer) if answer else None,
            protected_until=row.protected_until if row.review == ReviewState.APPROVED else None,
        )


def _standing(row: Registration) -> Standing:
    if row.review == ReviewState.APPROVED:
        return Standing.PROTECTED
    return Standing.DIRECT if row.partner_id == row.network.operator_id else Standing.WAITING


def _answers(registration: Registration) -> dict[UUID, str]:
    rows = Match.objects.filter(Q(earlier=registration) | Q(later=registration)).exclude(answer="")
    return {row.earlier_id if row.later_id == registration.id else row.later_id: row.answer for row in rows}


def _said_projects(registration: Registration) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The projects of registrations that were said to mean the same project, and of those said to mean another."""
    answers = _answers(registration)
    rows = Registration.objects.filter(id__in=answers, project__isnull=False).values_list("id", "project_id")
    same = frozenset(project for other, project in rows if answers[other] == Match.Answer.SAME)
    other = frozenset(project for other, project in rows if answers[other] == Match.Answer.ANOTHER)
    return same, other | protected_apart(registration)


def _keep_match(registration: Registration, other: Registration, one: Alike, at: datetime) -> None:
    """Note once that two registrations may mean one project; an answer that was given stays."""
    if Match.objects.filter(Q(earlier=other, later=registration) | Q(earlier=registration, later=other)).exists():
        return
    Match(
        network_id=registration.network_id,
        earlier=other,
        later=registration,
        probability=Decimal(str(round(one.probability, 4))),
        verdict=one.verdict.value,
        why=one.why,
        found_at=at,
    ).save(force_insert=True)


def _exclusive_territories(registration: Registration, at: datetime) -> Iterable[Rival]:
    """Who holds an exclusive territory in which the customer lies; not the partner itself."""
    for holding in exclusive_holdings_of(registration, at):
        claim = Claim(
            id=f"territory:{holding.territory}",
            partner_id=holding.holder_id,
            submitted_at=datetime.combine(holding.from_on, time(), UTC),
            family="",
            country="",
            exclusive_holder=True,
        )
        yield Rival(claim, Standing.EXCLUSIVE_TERRITORY)


def exclusive_holdings_of(registration: Registration, at: datetime) -> tuple[Holding, ...]:
    """The exclusive holdings that cover a registration's project on the day; none that a missed covenant took."""
    territories = territories_on(registration.network_id, at.date())
    if not territories:
        return ()
    company = registration.company
    account = Account.objects.filter(company=company).first()
    return exclusive_holdings(
        Place(registration.country, company.region if company.country == registration.country else "",
              company.postcode if company.country == registration.country else ""),
        segment=account.segment if account else "",
        family=registration.family,
        on=at.date(),
        territories=territories,
        holdings=exclusive_spans(registration.network_id),
    )  # fmt: skip


def _named_accounts(registration: Registration, alike: dict[UUID, Alike], at: datetime) -> Iterable[Rival]:
    """Who holds the customer as a named account on the day, for the family or for all."""
    rows = NamedAccount.objects.filter(
        Q(family="") | Q(family=registration.family), Q(until_on=None) | Q(until_on__gt=at.date()),
        network_id=registration.network_id, company_id__in=alike, from_on__lte=at.date(),
    )  # fmt: skip
    for row in rows:
        same = alike[row.company_id].verdict is Said.SAME
        claim = Claim(
            id=f"named-account:{row.id}",
            partner_id=str(row.holder_id),
            submitted_at=row.recorded_at,
            family=row.family,
            country="",
            named_account_holder=True,
        )
        yield Rival(claim, Standing.NAMED_ACCOUNT, Verdict.SAME if same else Verdict.REVIEW)
