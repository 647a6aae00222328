"""A settled channel in small: the ledger's story with a program, products and sales lines in the manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from hansa.catalog.operations import ProductEntry, take_products
from hansa.incentives.models import Payout, SettlementRun, Statement, StatementLine
from hansa.incentives.operations.commitment import commit_run
from hansa.incentives.operations.runs import compute_run, request_run
from hansa.kit.scope import acting, system
from hansa.ledger.tests import story as ledger
from hansa.ledger.tests.story import NOW, STAFF, Story
from hansa.programs.models import Program, ProgramVersion
from hansa.programs.operations import create_program, publish, save_draft
from hansa.sales.models import LineFile, ReportState, SalesReport

PROGRAM = """\
hansa: 1
program: Nordwind Partner Program
version: "{label}"
currency: EUR
fiscal_year_starts: 01-01
effective: {{from: 2026-01-01, until: 2027-01-01}}
tiers: [{{name: Registered}}]
incentives:
"""
VOLUME = """\
  - id: volume
    name: Volume rebate
    kind: rebate
    period: quarter
    bands: [{from: 1000, rate: 2%}, {from: 10000, rate: 3%}]
"""
HELMETS = """\
  - id: helmets
    name: Helmet bonus
    kind: spiff
    payee: rep
    what: {products: [H-1]}
    period: quarter
    measure: quantity
    bands: [{from: 1, per_unit: 2}]
"""
REACH = """\
  - id: reach
    name: Reach of the distributor
    kind: commission
    payee: distributor
    period: quarter
    bands: [{from: 0, rate: 1%}]
"""
LINES = [
    ("R-1", "B-1", "4", "5000.00", "EUR", "Lena"),
    ("R-1", "H-1", "3", "150.00", "EUR", "Lena"),
    ("R-2", "B-1", "1", "900.00", "EUR", ""),
]
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("line_id", "partner", "product", "currency")),
        *((name, pa.string()) for name in ("distributor", "rep", "territory", "invoice")),
        ("sold_on", pa.date32()),
        ("quantity", pa.decimal128(18, 6)),
        ("net_amount", pa.decimal128(18, 4)),
    ]
)


@dataclass
class Settling:
    """The story and what can be done in it, as finance does it."""

    story: Story
    version: ProgramVersion
    lines: int = field(default=0)

    def sell(
        self,
        *rows: tuple[str, ...],
        on: date = date(2026, 2, 10),
        replaces: SalesReport | None = None,
        sender: str = "fjord",
    ) -> SalesReport:
        """Take a report of lines (partner, product, quantity, amount, currency, rep), perhaps in place of another."""
        table = [self._line(row, on) for row in rows]
        with acting(system("taking sales in a test")):
            if replaces is not None:
                SalesReport.objects.filter(id=replaces.id).update(state=ReportState.REPLACED)
            digest = hashlib.sha256(repr(table).encode() + uuid4().bytes).hexdigest()
            report: SalesReport = SalesReport.objects.create(
                network=self.story.network, sender=self.story.organizations[sender], month=on.replace(day=1),
                file_name="a.csv", stored_as=digest, sha256=digest, bytes=1, state=ReportState.TAKEN, received_at=NOW,
            )  # fmt: skip
            path = settings.FILES_ROOT / "lines" / f"{report.id}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(table, schema=SCHEMA), path)
            LineFile.objects.create(
                network=self.story.network, report=report, path=f"lines/{report.id}.parquet", shard=0, rows=len(rows),
                bytes=path.stat().st_size, sha256=digest, first_on=on, last_on=on,
            )  # fmt: skip
        return report

    def _line(self, row: tuple[str, ...], on: date) -> dict[str, object]:
        partner, product, quantity, amount, currency, rep = row
        self.lines += 1
        return {
            "line_id": f"L-{self.lines}", "sold_on": on, "partner": partner, "product": product, "currency": currency,
            "quantity": Decimal(quantity), "net_amount": Decimal(amount), "distributor": "D-1", "rep": rep or None,
            "territory": None, "invoice": f"I-{self.lines}",
        }  # fmt: skip

    def preview(self, *, version: ProgramVersion | None = None, at: datetime = NOW) -> SettlementRun:
        """Request and compute the first quarter of 2026."""
        scope = self.story.scope("finn")
        with acting(scope):
            run = request_run(version=version or self.version, period="2026-Q1", at=at)
        compute_run(run_id=run.id, scope=scope, at=at)
        return self.again(run)

    def commit(self, run: SettlementRun, *, by: str = "finn", at: datetime = NOW) -> SettlementRun:
        """Commit a preview."""
        with acting(self.story.scope(by)):
            return commit_run(run_id=run.id, at=at)

    def settle(self, **changes: object) -> SettlementRun:
        """Preview and commit."""
        return self.commit(self.preview(**changes))  # type: ignore[arg-type]

    def again(self, run: SettlementRun) -> SettlementRun:
        """The run as it is stored now."""
        with acting(system("looking in a test")):
            return SettlementRun.objects.select_related("network", "version", "journal").get(id=run.id)

    def publish(self, *incentives: str, label: str) -> ProgramVersion:
        """Publish another version of the program."""
        with acting(self.story.scope("vera")):
            program = Program.objects.get()
            draft = save_draft(
                program=program, text=_document(label, incentives), revision=program.draft.revision, at=NOW
            )
            return publish(program=program, revision=draft.revision, note="", at=NOW)

    def statement(self, payee: str = "R-1", *, edition: int = 1) -> Statement:
        """A payee's statement."""
        with acting(system("looking in a test")):
            return Statement.objects.select_related("network").get(payee=payee, edition=edition)


def _document(label: str, incentives: tuple[str, ...]) -> str:
    return PROGRAM.format(label=label) + "".join(incentives)


def tell() -> Settling:
    """Write the story's rows: a published program and the lines of February."""
    story = ledger.tell()
    with acting(story.scope("vera")):
        program = create_program(
            network=story.network, name="Partners", text=_document("2026", (VOLUME, HELMETS, REACH)), at=NOW
        )
        version = publish(program=program, revision=1, note="", at=NOW)
        products = [ProductEntry("B-1", "Tourer", "Bikes"), ProductEntry("H-1", "Helmet", "Safety")]
        take_products(network=story.network, entries=products, at=NOW)
    settling = Settling(story, version)
    settling.sell(*LINES)
    return settling


def kept() -> dict[str, object]:
    """Everything that settlement and ledger hold, byte for byte."""
    with acting(system("reading in a test")):
        models = (SettlementRun, Payout, Statement, StatementLine)
        own = {model.__name__: list(model.objects.order_by("id").values()) for model in models}
    return {**own, **ledger.books()}


__all__ = ["HELMETS", "LINES", "NOW", "REACH", "STAFF", "VOLUME", "Settling", "kept", "tell"]
