"""The rows around a program: lines, partners, products and rates, checked as program.md demands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle import numbers
from tests.oracle.document import Program, day
from tests.oracle.refused import OracleRefused, refuse

Row = Mapping[str, str]
LINE_COLUMNS = ("line_id", "sold_on", "partner", "product", "quantity", "net_amount")


@dataclass(frozen=True)
class Line:
    id: str
    sold_on: date
    partner: str
    product: str
    quantity: Fraction
    net_amount: Fraction
    currency: str
    distributor: str
    rep: str
    territory: str

    def payee(self, kind: str) -> str:
        return {"partner": self.partner, "distributor": self.distributor, "rep": self.rep}[kind]


@dataclass(frozen=True)
class Dated:
    """One row of partners or products and the days on which it is valid (`None` is unbounded)."""

    row: Row
    first: date | None
    until: date | None

    def valid_on(self, on: date) -> bool:
        return (self.first is None or self.first <= on) and (self.until is None or on < self.until)


Register = dict[str, list[Dated]]
Rates = dict[tuple[str, date], Fraction]


def need(row: Row, columns: Sequence[str], file: str) -> None:
    """A missing required column, or an empty required cell, is an error that names it."""
    for column in columns:
        if column not in row:
            raise refuse("missing column", f"{file}: {column}")
        if row[column] == "":
            raise refuse("empty cell", f"{file}: {column}")


def read_lines(program: Program, rows: Iterable[Row]) -> list[Line]:
    """Lines of all files together. Refused: a repeated `line_id`, too fine an amount in the program's currency."""
    lines: list[Line] = []
    seen: set[str] = set()
    for row in rows:
        need(row, LINE_COLUMNS, "lines")
        for kind in {each.payee for each in program.incentives}:
            if kind not in row:
                raise refuse("missing column", f"lines: {kind}")
        if row["line_id"] in seen:
            raise refuse("repeated line", row["line_id"])
        seen.add(row["line_id"])
        lines.append(read_line(program, row))
    return lines


def read_line(program: Program, row: Row) -> Line:
    currency = row.get("currency", "") or program.currency
    if currency == program.currency and numbers.decimals(row["net_amount"]) > program.digits:
        raise refuse("too many decimals", row["net_amount"])
    return Line(
        id=row["line_id"],
        sold_on=day(row["sold_on"]),
        partner=row["partner"],
        product=row["product"],
        quantity=numbers.plain(row["quantity"], "quantity"),
        net_amount=numbers.plain(row["net_amount"], "net_amount"),
        currency=currency,
        distributor=row.get("distributor", ""),
        rep=row.get("rep", ""),
        territory=row.get("territory", ""),
    )


def read_register(rows: Iterable[Row], id_column: str) -> Register:
    """Partners or products by id; two rows of one id valid on the same day are an error (step 1)."""
    register: Register = {}
    for row in rows:
        need(row, [id_column], id_column)
        first, until = (day(row[each]) if row.get(each) else None for each in ("valid_from", "valid_until"))
        for other in register.setdefault(row[id_column], []):
            if (other.until is None or first is None or first < other.until) and (
                until is None or other.first is None or other.first < until
            ):
                raise refuse("two rows on one day", row[id_column])
        register[row[id_column]].append(Dated(row, first, until))
    return register


def read_rates(rows: Iterable[Row]) -> Rates:
    """Rates by currency and day: two for one currency and day, or a rate of 0 or less, are errors (step 2)."""
    rates: Rates = {}
    for row in rows:
        need(row, ["currency", "date", "rate"], "rates")
        key, rate = (row["currency"], day(row["date"])), numbers.plain(row["rate"], "rate")
        if rate <= 0:
            raise refuse("rate not above 0", str(row))
        if key in rates:
            raise refuse("two rates on one day", str(key))
        rates[key] = rate
    return rates


def check_known(lines: Iterable[Line], partners: Register, products: Register) -> None:
    """A partner or product absent from its file is an error (step 1)."""
    absent = [("unknown partner", line.partner) for line in lines if line.partner not in partners]
    absent += [("unknown product", line.product) for line in lines if line.product not in products]
    if absent:
        raise OracleRefused(absent)


def cell_on(register: Register, key: str, column: str, on: date) -> str:
    """The cell of the row valid on that day, or "" where no row is (step 1)."""
    valid = [each.row.get(column, "") for each in register[key] if each.valid_on(on)]
    return valid[0] if valid else ""
