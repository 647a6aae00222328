"""Everything that was read, and what program.md says of a line: is it eligible (step 1), what does it amount to (2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle import numbers
from tests.oracle.document import Incentive, Program
from tests.oracle.periods import Span
from tests.oracle.refused import refuse
from tests.oracle.tables import (
    Line,
    Rates,
    Register,
    Row,
    cell_on,
    check_known,
    read_lines,
    read_rates,
    read_register,
)


@dataclass(frozen=True)
class Books:
    """Everything that was read, checked."""

    program: Program
    lines: list[Line]
    partners: Register
    products: Register
    rates: Rates


def read_books(
    program: Program,
    lines: Iterable[Row],
    partners: Iterable[Row],
    products: Iterable[Row],
    rates: Iterable[Row] | None,
) -> Books:
    """All tables checked; a partner or product that no file knows stops here."""
    books = Books(
        program,
        read_lines(program, lines),
        read_register(partners, "partner"),
        read_register(products, "product"),
        read_rates(rates or []),
    )
    check_known(books.lines, books.partners, books.products)
    return books


# Step 1: eligible lines


def lines_by_payee(books: Books, incentive: Incentive, span: Span, *, earlier: bool = False) -> dict[str, list[Line]]:
    """Eligible lines by payee. The lines of an earlier growth base need not lie in `effective` (step 4)."""
    program = books.program
    grouped: dict[str, list[Line]] = {}
    for line in books.lines:
        in_effect = earlier or program.first <= line.sold_on < program.until
        if span.holds(line.sold_on) and in_effect and eligible(books, incentive, line):
            grouped.setdefault(line.payee(incentive.payee), []).append(line)
    return grouped


def eligible(books: Books, incentive: Incentive, line: Line) -> bool:
    """Step 1 but for the dates: every key of `who` and of `what` matches, and there is somebody to pay."""
    return (
        line.payee(incentive.payee) != ""
        and who_matches(books.partners, incentive, line)
        and what_matches(books.products, incentive, line)
    )


def who_matches(partners: Register, incentive: Incentive, line: Line) -> bool:
    """A partner's type, tier and territory on the day of the line; the line's own territory wins; `|` joins types."""

    def on_the_day(column: str) -> str:
        return cell_on(partners, line.partner, column, line.sold_on)

    has = {
        "partners": {line.partner},
        "types": set(on_the_day("type").split("|")),
        "tiers": {on_the_day("tier")},
        "territories": {line.territory or on_the_day("territory")},
    }
    return all(wanted & (has[key] - {""}) for key, wanted in incentive.who.items())


def what_matches(products: Register, incentive: Incentive, line: Line) -> bool:
    """A product's category and family on the day of the line; `except_products` takes away."""
    has = {
        "products": line.product,
        "categories": cell_on(products, line.product, "category", line.sold_on),
        "families": cell_on(products, line.product, "family", line.sold_on),
    }
    wanted = {key: values for key, values in incentive.what.items() if key != "except_products"}
    taken_away = line.product in incentive.what.get("except_products", frozenset())
    return not taken_away and all(has[key] != "" and has[key] in values for key, values in wanted.items())


# Step 2: amounts


def rate_on(books: Books, currency: str, on: date) -> Fraction | None:
    """The rate of the latest day on or before `on`, 0 to 7 days old."""
    if currency == books.program.currency:
        return Fraction(1)
    for age in range(8):
        rate = books.rates.get((currency, on - timedelta(days=age)))
        if rate is not None:
            return rate
    return None


def amount(books: Books, line: Line) -> Fraction:
    """In the program's currency, rounded line by line, half away from zero."""
    rate = rate_on(books, line.currency, line.sold_on)
    if rate is None:
        raise refuse("missing rate", f"{line.currency} {line.sold_on}")
    unit = 10**books.program.digits
    return Fraction(numbers.half_away(line.net_amount * rate * unit), unit)
