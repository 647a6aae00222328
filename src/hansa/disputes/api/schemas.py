"""What the API says and takes about cases."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from hansa.disputes.models import Kind, RemedyKind, State
from hansa.disputes.models import Side as SideOut
from hansa.disputes.rules.course import Side
from hansa.disputes.rules.terms import Terms
from hansa.kernel.money import Money


class CaseOut(Schema):
    """A case as it stands. `waits`: for the acting person; `due_at`: when whoever acts next must have acted."""

    code: str
    kind: Kind
    subject_type: str
    subject_id: str
    subject_label: str
    state: State
    round: int
    late: bool
    waits: bool
    side: SideOut | None
    opened_at: datetime
    decided_at: datetime
    evidence_until: datetime
    decision_until: datetime
    appeal_until: datetime | None
    due_at: datetime | None
    closed_at: datetime | None


class CasePage(Schema):
    """A page of cases."""

    items: list[CaseOut]
    next: str | None
    previous: str | None


class DecisionOut(Schema):
    """The disputed decision, as both sides read it."""

    reason: str
    rule: str
    facts: dict[str, str]


class EvidenceOut(Schema):
    """A piece of the case file; `sha256` and `bytes` of its file, where there is one."""

    id: UUID
    side: SideOut
    text: str
    file_name: str
    sha256: str
    bytes: int
    submitted_at: datetime


class RemedyOut(Schema):
    """What is ordered. `terms`: its kind, with `shares` by side in basis points, or `amount` and `to`."""

    stage: str
    terms: dict[str, Any]
    rule: str
    reason: str
    at: datetime


class AppealOut(Schema):
    """Which side appealed, when and why."""

    side: SideOut
    reason: str
    at: datetime


class CaseDetail(CaseOut):
    """A case with its file. `names` by side, empty for a company that the reader does not know by another way."""

    names: dict[str, str]
    rules: dict[str, Any]
    decision: DecisionOut
    evidence: list[EvidenceOut]
    remedies: list[RemedyOut]
    rested: list[SideOut]
    accepted: list[SideOut]
    appeal: AppealOut | None


class AdjudicatorIn(Schema):
    """Who decides: a person of the acting organization."""

    person: UUID


class AdjudicatorOut(Schema):
    """Somebody whose roles allow deciding cases: whether this one, and why."""

    person: UUID
    name: str
    may: bool
    reason: str


class Adjudicators(Schema):
    """Everybody whose roles allow deciding cases."""

    items: list[AdjudicatorOut]


class AmountIn(Schema):
    """An amount in minor units of the network's currency."""

    minor: int
    currency: str


class RemedyIn(Schema):
    """A remedy: shares in basis points that sum to 10,000 for a split, amount and side for a compensation."""

    remedy: RemedyKind
    claimant_share: int | None = None
    respondent_share: int | None = None
    amount: AmountIn | None = None
    to: SideOut | None = None
    rule: str
    reason: str
    precedent_text: str

    def terms(self) -> Terms:
        """What is ordered."""
        amount = Money(self.amount.minor, self.amount.currency) if self.amount else None
        to = Side(self.to) if self.to else None
        return Terms(self.remedy.value, self.claimant_share, self.respondent_share, amount, to)

    def texts(self) -> dict[str, str]:
        """The rule and the two reasons."""
        return {"rule": self.rule, "reason": self.reason, "precedent_text": self.precedent_text}


class AppealIn(Schema):
    """What was decided wrongly."""

    reason: str


class PrecedentOut(Schema):
    """A final case without names."""

    code: str
    kind: Kind
    rule: str
    remedy: RemedyKind
    text: str
    month: date


class PrecedentPage(Schema):
    """A page of precedents."""

    items: list[PrecedentOut]
    next: str | None
    previous: str | None
