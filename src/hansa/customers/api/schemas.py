"""What the endpoints of customers take and answer."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema


class FactsIn(Schema):
    """Facts of a company; what is not known stays empty."""

    domain: str = Field(default="", max_length=300, description="The company's own internet domain")
    tax_id: str = Field(default="", max_length=40)
    lei: str = Field(default="", max_length=30)
    duns: str = Field(default="", max_length=20)
    country: str = Field(default="", max_length=2, description="Two letters, ISO 3166")
    region: str = Field(default="", max_length=80)
    city: str = Field(default="", max_length=80)
    postcode: str = Field(default="", max_length=20)
    street: str = Field(default="", max_length=160)
    phone: str = Field(default="", max_length=40)


class CustomerIn(FactsIn):
    """A customer to be added, with what those who run the network keep of it."""

    name: str = Field(max_length=200)
    segment: str = Field(default="", max_length=60)
    reference: str = Field(default="", max_length=80, description="The number under which you know it")


class CustomerChange(Schema):
    """Facts to be corrected; what is left out stays."""

    name: str | None = Field(default=None, max_length=200)
    domain: str | None = Field(default=None, max_length=300)
    tax_id: str | None = Field(default=None, max_length=40)
    lei: str | None = Field(default=None, max_length=30)
    duns: str | None = Field(default=None, max_length=20)
    country: str | None = Field(default=None, max_length=2)
    region: str | None = Field(default=None, max_length=80)
    city: str | None = Field(default=None, max_length=80)
    postcode: str | None = Field(default=None, max_length=20)
    street: str | None = Field(default=None, max_length=160)
    phone: str | None = Field(default=None, max_length=40)


class CustomerOut(Schema):
    """A customer's identity, as everybody in the network may see it."""

    code: str
    name: str
    domain: str
    tax_id: str
    lei: str
    duns: str
    country: str
    region: str
    city: str
    postcode: str
    street: str
    phone: str


class OtherNameOut(Schema):
    """A former name, an alias or a trading name."""

    name: str
    kind: str


class CustomerDetail(CustomerOut):
    """A customer with its other names and its place in a group; `merged_into`: the code of the one that stands for it."""

    other_names: list[OtherNameOut]
    parent: str | None
    subsidiaries: list[str]
    merged_into: str | None


class CustomerPage(Schema):
    """A page of customers by name."""

    items: list[CustomerOut]
    next: str | None
    previous: str | None


class CustomerFilter(Schema):
    """Which customers are listed; `segment` for those who run the network."""

    country: str = Field(default="", max_length=2)
    segment: str = Field(default="", max_length=60)
    cursor: str | None = None


class CandidateFilter(FactsIn):
    """What is known of the company that is meant."""

    name: str = Field(default="", max_length=200)
    top: int = Field(default=8, ge=1, le=20)


class CandidateOut(CustomerOut):
    """A customer that may be meant, how probably, and why."""

    probability: float
    verdict: str
    why: str


class CandidatesOut(Schema):
    """Customers that may be meant, the most probable first."""

    items: list[CandidateOut]


class NameIn(Schema):
    """Another name of a customer."""

    name: str = Field(max_length=200)
    kind: str = Field(description="FORMER, ALIAS or TRADING")


class ParentIn(Schema):
    """Whose subsidiary a customer is; no code: nobody's."""

    parent: str | None = Field(default=None, max_length=16, description="Code of a customer of this directory")
    from_on: date | None = None


class MergerIn(Schema):
    """Into which customer this one is merged, and why."""

    into: str = Field(max_length=16)
    reason: str = Field(default="", max_length=300)


class NamedAccountIn(Schema):
    """An account and its holder; an empty number: your own direct sales."""

    customer: str = Field(max_length=16)
    holder: str = Field(default="", max_length=60, description="Partner number of an active member")
    family: str = Field(default="", max_length=80)
    from_on: date
    until_on: date | None = Field(default=None, description="The first day on which it is not held any more")
    reason: str = Field(default="", max_length=300)


class NamedAccountEnd(Schema):
    """The first day on which it is not held any more."""

    until_on: date
    reason: str = Field(default="", max_length=300)


class NamedAccountOut(Schema):
    """A named account."""

    id: UUID
    customer: str
    customer_name: str
    holder: str
    family: str
    from_on: date
    until_on: date | None
    reason: str


class NamedAccountPage(Schema):
    """A page of named accounts, the latest first day first."""

    items: list[NamedAccountOut]
    next: str | None
    previous: str | None


class MappingIn(Schema):
    """Which column holds which field; `default_country` is for rows that name none."""

    mapping: dict[str, str]


class ListProblem(Schema):
    """What is wrong with a row."""

    row: int
    column: str
    expected: str


class ListOut(Schema):
    """An account list and what became of its rows. MAPPING waits for its columns; TAKING is under way."""

    code: str
    file_name: str
    state: str
    state_reason: str
    headers: list[str]
    mapping: dict[str, str]
    rows_done: int
    rows_total: int
    added: int
    changed: int
    unchanged: int
    refused: int
    problems: list[ListProblem]
    received_at: datetime


class ListPage(Schema):
    """A page of account lists, the latest first."""

    items: list[ListOut]
    next: str | None
    previous: str | None
