"""What the API of this module takes and gives."""

from datetime import date
from typing import Any, Literal

from ninja import Field, Schema


class UploadIn(Schema):
    """What is said about a file that is sent."""

    month: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")
    sender: str = Field(default="", max_length=60, description="Partner number; empty: the acting organization")
    reading: str = Field(default="", max_length=20_000, description='JSON {"mapping": {...}, "formats": {...}}')


class ReportFilter(Schema):
    """Which reports are listed."""

    state: str = Field(default="", max_length=20)
    month: str = Field(default="", pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")
    q: str = Field(default="", max_length=200, description="Words of the sender's name or the file's")
    cursor: str | None = None


class LineFilter(Schema):
    """Which lines are listed."""

    first: date
    until: date = Field(description="The day after the last one")
    limit: int = Field(default=200, ge=1, le=1_000)
    cursor: str = Field(default="", max_length=200)


class SoldFilter(Schema):
    """Which sales are summed, and by what."""

    first: date
    until: date = Field(description="The day after the last one")
    by: Literal["territory", "partner", "product"] = "territory"


class Total(Schema):
    """What was taken in one currency."""

    currency: str
    quantity: str = Field(description="Exact decimal; returns count negative")
    minor: int = Field(description="Net amount in minor units of the currency")


class ReportOut(Schema):
    """A sales report: one file of one sender for one month."""

    code: str
    state: Literal["RECEIVED", "NEEDS_MAPPING", "CHECKING", "TAKEN", "REFUSED", "REPLACED"]
    state_reason: str
    sender: str = Field(description="The sender's name")
    month: str = Field(description="YYYY-MM")
    file_name: str
    sha256: str
    bytes: int
    format: str
    rows_done: int
    rows_total: int
    lines: int
    quarantined: int = Field(description="Rows that wait to be repaired")
    derived_prices: int = Field(description="Lines whose amount came from a unit price or a price list")
    totals: list[Total]
    change: dict[str, Any] = Field(description="What a month sent again added, removed and changed")
    reading: dict[str, Any] = Field(
        description="Mapping and formats used, or the suggestion that waits to be confirmed"
    )
    problems: list[dict[str, Any]]
    replaces: str | None = Field(description="Code of the report that this one replaced")
    acknowledgement: str = Field(description="X12 997 or EDIFACT CONTRL")
    received_at: str


class ReportPage(Schema):
    """A page of reports, the latest first."""

    items: list[ReportOut]
    next: str | None
    previous: str | None


class ReadingIn(Schema):
    """How a file's columns and numbers are read."""

    mapping: dict[str, str] = Field(description="Field of a sales line -> header of the file")
    formats: dict[str, str] = Field(default={}, description="decimal, thousands, date (ymd, dmy or mdy)")


class RowOut(Schema):
    """A row in quarantine."""

    row: int
    column: str
    code: str
    reason: str
    value: str
    values: dict[str, str]
    outcome: str = Field(description="Empty while it waits, else TAKEN or DISCARDED")
    outcome_reason: str


class RowPage(Schema):
    """A page of quarantined rows in the order of the file."""

    items: list[RowOut]
    next: str | None
    previous: str | None


class PreviewOut(Schema):
    """What the first rows would become."""

    rows: int
    lines: int
    quarantined: int
    whole: bool = Field(description="The preview saw every row of the file")
    reasons: dict[str, int]
    problems: list[dict[str, Any]]


class RepairIn(Schema):
    """Rows to correct, or nothing to try every waiting row again."""

    rows: dict[int, dict[str, str]] = Field(default={}, description="Row -> field -> corrected text", max_length=5_000)


class MatchIn(Schema):
    """Whom or what a sender means by a text."""

    kind: Literal["PARTNER", "PRODUCT"]
    text: str = Field(max_length=200)
    target: str = Field(max_length=60, description="Partner number or SKU")


class DiscardIn(Schema):
    """Rows that are no sales, and why."""

    rows: list[int] = Field(max_length=5_000)
    reason: str = Field(max_length=300)


class RepairOut(Schema):
    """What became of it."""

    taken: int
    waiting: int


class DiscardOut(Schema):
    """How many rows were discarded."""

    discarded: int


class LineOut(Schema):
    """A line that was taken."""

    line_id: str
    sold_on: date
    partner: str
    product: str
    quantity: str
    minor: int
    currency: str
    distributor: str | None
    rep: str | None
    territory: str | None
    invoice: str | None


class LinePage(Schema):
    """Lines, the latest first."""

    items: list[LineOut]
    next: str | None
    previous: str | None = None


class SoldOut(Schema):
    """What was sold in a month, in the network's currency at the rate of each day."""

    month: date
    key: str
    quantity: str
    minor: int
    currency: str
    lines: int
    unconverted: int = Field(description="Lines without a rate for their day, not in the amount")


class SoldList(Schema):
    """Sell-through by month and territory, partner or product."""

    items: list[SoldOut]
