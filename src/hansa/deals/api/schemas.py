"""What the endpoints of registrations take and answer."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from hansa.deals.rules import LossReason, ReviewState, Stage
from hansa.disputes.rules.terms import LONGEST_TEXT


class CompanyIn(Schema):
    """A company that is in nobody's directory: it stays known to you alone, and takes part in the check."""

    name: str = Field(max_length=200)
    domain: str = Field(default="", max_length=300)
    tax_id: str = Field(default="", max_length=40)
    lei: str = Field(default="", max_length=30)
    duns: str = Field(default="", max_length=20)
    country: str = Field(default="", max_length=2)
    region: str = Field(default="", max_length=80)
    city: str = Field(default="", max_length=80)
    postcode: str = Field(default="", max_length=20)
    street: str = Field(default="", max_length=160)
    phone: str = Field(default="", max_length=40)


class RegistrationIn(Schema):
    """A registration to be begun; with `submit` it is submitted by the same request."""

    customer: str | CompanyIn = Field(
        description="Code of a customer of the directory, or the facts of another company"
    )
    family: str = Field(max_length=200, description="A product family of the network's catalogue")
    country: str = Field(max_length=2, description="Where the project is; two letters, ISO 3166")
    title: str = Field(max_length=500)
    amount_minor: int | None = Field(default=None, description="In minor units of the network's currency")
    close_on: date | None = None
    problem: str = Field(default="", max_length=5_000, description="What the customer needs")
    contact: str = Field(default="", max_length=500)
    next_steps: str = Field(default="", max_length=500)
    own_reference: str = Field(default="", max_length=200)
    another_than: list[str] = Field(
        default=[], max_length=50, description="Codes of your own registrations that look alike and are another project"
    )
    submit: bool = False


class FactsChange(Schema):
    """Facts to be changed; what is left out stays."""

    family: str | None = Field(default=None, max_length=200)
    country: str | None = Field(default=None, max_length=2)
    title: str | None = Field(default=None, max_length=500)
    amount_minor: int | None = None
    close_on: date | None = None
    problem: str | None = Field(default=None, max_length=5_000)
    contact: str | None = Field(default=None, max_length=500)
    next_steps: str | None = Field(default=None, max_length=500)
    own_reference: str | None = Field(default=None, max_length=200)


class RegistrationChange(FactsChange):
    """Facts of a draft, or of a registration that was sent back, to be changed; what is left out stays."""

    customer: str | CompanyIn | None = None
    another_than: list[str] | None = Field(default=None, max_length=50, description="As when it was begun")


class StageIn(Schema):
    """How far the sale is; a lost one needs a reason."""

    stage: Stage
    loss_reason: LossReason | None = None


class EvidenceIn(Schema):
    """What has happened since the registration."""

    evidence: str = Field(default="", max_length=5_000)


class StatementIn(Schema):
    """What was decided wrongly, for the other side and the adjudicator."""

    statement: str = Field(min_length=1, max_length=LONGEST_TEXT)


class CaseOpened(Schema):
    """The code of the case that was opened."""

    case: str


class ReasonIn(Schema):
    """Why, in words that the partner reads."""

    reason: str = Field(max_length=2_000)


class AnswerIn(Schema):
    """Whether two registrations mean the same project; another one needs a reason."""

    answer: Literal["SAME", "ANOTHER"]
    reason: str = Field(default="", max_length=500)


class RegistrationFilter(Schema):
    """Which registrations are listed, by what you see of them."""

    review: ReviewState | None = None
    stage: Stage | None = None
    cursor: str | None = None


class MatchFilter(Schema):
    """Which matches are listed: those that wait for an answer, or all."""

    all: bool = False
    cursor: str | None = None


class RegistrationOut(Schema):
    """A registration as you may see it; what only those who run the network see is null for anybody else."""

    code: str
    partner: str
    is_own: bool
    customer: dict[str, str]
    family: str
    country: str
    title: str
    amount_minor: int | None
    currency: str
    close_on: date | None
    problem: str
    contact: str
    next_steps: str
    own_reference: str
    review: ReviewState
    reason: str = Field(description="The last answer in words")
    stage: Stage
    loss_reason: str
    created_at: datetime
    submitted_at: datetime | None
    answer_at: datetime | None = Field(description="The earliest instant of any answer, the same span for everybody")
    protected_from: datetime | None
    protected_until: datetime | None = Field(description="Exclusive")
    extensions: int
    action_due: datetime | None = Field(description="Until when what was sent back can be mended")
    turn: Literal["partner", "operator", "nobody"] = Field(description="Who must act next")
    another_than: list[str] = Field(description="Own registrations that the partner said are another project")
    steps: list[str] = Field(description="What you may do to it now")
    decision_due: datetime | None = Field(description="For those who run the network")
    escalated_at: datetime | None = Field(description="For those who run the network")
    waits: bool | None = Field(description="Behind a protected project; for those who run the network")
    behind: int | None = Field(description="Of one registration: how many wait behind it, where the rules tell you")


class RegistrationPage(Schema):
    """A page of registrations, the newest first."""

    items: list[RegistrationOut]
    next: str | None
    previous: str | None


class VersionOut(Schema):
    """What a registration said from one submission or amendment on."""

    number: int
    values: dict[str, Any]
    changed: list[str]
    at: datetime


class VersionsOut(Schema):
    """The versions of a registration, the latest first."""

    items: list[VersionOut]


class ExtensionOut(Schema):
    """What became of an extension that was asked for."""

    granted: bool
    reason: str
    until_before: datetime
    until_after: datetime | None


class RulingOut(Schema):
    """An outcome with its reason in words, and its grounds."""

    outcome: Any
    reason: str
    grounds: str


class DecisionOut(Schema):
    """A decision as it was made: inputs, rules and ruling."""

    code: str
    kind: str
    at: datetime
    program_version: str | None
    ruling: RulingOut
    inputs: Any
    rules: Any


class DecisionsOut(Schema):
    """Decisions about a registration that you may see, the latest first."""

    items: list[DecisionOut]


class ReplayOut(Schema):
    """The decision over again, from the stored inputs and rules."""

    is_same: bool
    stored: RulingOut
    replayed: RulingOut


class MatchOut(Schema):
    """Two registrations that may mean one project."""

    id: UUID
    earlier: RegistrationOut
    later: RegistrationOut
    probability: str
    verdict: str
    why: str
    found_at: datetime
    answer: str = Field(description="SAME, ANOTHER, or empty while it waits")
    reason: str
    answered_at: datetime | None


class MatchPage(Schema):
    """A page of matches, the longest waiting first."""

    items: list[MatchOut]
    next: str | None
    previous: str | None


class DifferenceOut(Schema):
    """A decision that would come out otherwise."""

    registration: str
    decision: str
    kind: str
    was: dict[str, Any]
    would_be: dict[str, Any]


class WhatIfOut(Schema):
    """How many decisions of a period were made again, how many would differ, and the first of them."""

    words: str
    decisions: int
    differ: int
    differences: list[DifferenceOut]


class MeasureOut(Schema):
    """One figure of the budget; hours are business hours, a share is one of 1."""

    name: str
    value: str | None
    most: str
    is_over: bool


class MonthOut(Schema):
    """What the registrations of a month cost: hours by the clock and business hours to a decision, the share sent again."""

    month: date
    submitted: int
    undecided: int
    median: str | None
    p90: str | None
    business_median: str | None
    business_p90: str | None
    resubmitted: str


class BudgetOut(Schema):
    """The complexity budget of registering, over 90 days, and month by month, the latest first."""

    measures: list[MeasureOut]
    months: list[MonthOut]


class ListedSummary(Schema):
    """A file of registrations, and how many of its rows are where."""

    code: str
    file_name: str
    sha256: str
    state: Literal["READ", "TAKING", "TAKEN"]
    received_at: datetime
    started_at: datetime | None
    settled_at: datetime | None
    good_rows: int = Field(description="That can be registered, or wait for their turn")
    wrong_rows: int = Field(description="That must be mended")
    registered_rows: int
    drafted_rows: int
    known_rows: int = Field(description="That were registered before")
    refused_rows: int


class ListedPage(Schema):
    """A page of files, the latest first."""

    items: list[ListedSummary]
    next: str | None
    previous: str | None


class RowProblem(Schema):
    """What is wrong with a row: the column, empty for the whole row, and what was expected."""

    column: str
    expected: str


class ListedRowOut(Schema):
    """A row: what it says by column, what is wrong with it, what became of it and why."""

    row: int
    state: Literal["GOOD", "WRONG", "REGISTERED", "DRAFTED", "KNOWN", "REFUSED"]
    said: dict[str, str]
    problems: list[RowProblem]
    reason: str
    registration: str | None = Field(description="Code of the registration")


class ListedOut(ListedSummary):
    """A file with all its rows."""

    rows: list[ListedRowOut]


class MailInvitationIn(Schema):
    """Who shall register by mail: a person of an active member, by the address that they sign in with."""

    member: str = Field(max_length=16, description="Code of the membership")
    email: str = Field(max_length=254)
    days: int = Field(default=90, description="1 to 365")


class MailInvitationOut(Schema):
    """An address by which somebody registers; the address itself is told by mail alone."""

    code: str
    partner: str
    person: str
    email: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class MailInvitationPage(Schema):
    """A page of invitations, the newest first."""

    items: list[MailInvitationOut]
    next: str | None
    previous: str | None
