"""The second implementation of settlement, written from program.md alone: slow, plain, one function a step.

It shares no code with the engine. Where the two differ by a cent, one of them has misread program.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from tests.oracle import numbers
from tests.oracle.books import Books, amount, lines_by_payee, rate_on, read_books
from tests.oracle.document import Band, Incentive, Program, read_program
from tests.oracle.periods import Span, chosen, overlapping, year_before
from tests.oracle.refused import OracleRefused
from tests.oracle.tables import Line, Row

PAYOUT_COLUMNS = [
    "incentive", "kind", "payee_kind", "payee", "period", "currency", "base", "quantity", "measure", "band_from",
    "payout", "reason",
]  # fmt: skip
ShareRow = tuple[str, str, str, str, Decimal]


@dataclass(frozen=True)
class Claim:
    """One incentive × payee × period with its eligible lines, and those of its earlier growth base (step 4)."""

    incentive: Incentive
    payee: str
    period: Span
    lines: list[Line]
    earlier: list[Line]


@dataclass(frozen=True)
class Entry:
    """What a claim comes to; `payout` in minor units."""

    claim: Claim
    base: Fraction
    quantity: Fraction
    measure: Fraction | None
    band: Band | None
    payout: int
    reason: str


def oracle_settle(
    program_text: str,
    lines: Iterable[Row],
    partners: Iterable[Row],
    products: Iterable[Row],
    rates: Iterable[Row] | None,
    periods: Collection[str] | None = None,
) -> tuple[list[dict[str, str]], list[ShareRow]]:
    """Settle rows of text. Returns payout rows and share rows as program.md orders and writes them.

    Raises OracleRefused for a program or an input that program.md refuses.
    """
    books = read_books(read_program(program_text), lines, partners, products, rates)
    entries = settle_books(books, periods)
    shares = [row for entry in entries for row in share_rows(books, entry)]
    return [payout_row(books.program, entry) for entry in entries], shares


def settle_books(books: Books, labels: Collection[str] | None) -> list[Entry]:
    """Steps 1 to 8 and 10, in the order of the payouts file: incentive, start of period, payee by code point."""
    spans = periods_to_settle(books.program, labels)
    check_rates(books, spans)
    found = [
        claim
        for incentive in books.program.incentives
        for span in spans[incentive.id]
        for claim in claims_of(books, incentive, span)
    ]
    return one_of_each_group([settle_one(books, claim) for claim in found])


def claims_of(books: Books, incentive: Incentive, span: Span) -> list[Claim]:
    """Step 10: one for each payee with at least one eligible line in the period."""
    now = lines_by_payee(books, incentive, span)
    before: dict[str, list[Line]] = {}
    if incentive.measure == "growth":
        before = lines_by_payee(books, incentive, year_before(books.program.fiscal, span), earlier=True)
    return [Claim(incentive, payee, span, now[payee], before.get(payee, [])) for payee in sorted(now)]


def periods_to_settle(program: Program, labels: Collection[str] | None) -> dict[str, list[Span]]:
    """Periods of each incentive. A label that no incentive has, or that lies outside `effective`, is an error."""
    every = {
        each.id: overlapping(program.fiscal, each.period, program.first, program.until) for each in program.incentives
    }
    known = {span.label for spans in every.values() for span in spans}
    wrong = [("unknown period", label) for label in labels or [] if label not in known]
    if wrong:
        raise OracleRefused(wrong)
    return {name: chosen(spans, labels) for name, spans in every.items()}


# Step 2: rates


def check_rates(books: Books, spans: Mapping[str, Sequence[Span]]) -> None:
    """Every rate that an eligible line of a period asked for, or of an earlier growth base, needs: all that are
    missing. Also of a payee who sold nothing in the period itself and so gets no row.
    """
    needed = {
        (line.currency, line.sold_on)
        for incentive in books.program.incentives
        for span in spans[incentive.id]
        for line in summed(books, incentive, span)
    }
    missing = sorted((currency, on) for currency, on in needed if rate_on(books, currency, on) is None)
    if missing:
        raise OracleRefused([("missing rate", f"{currency} {on}") for currency, on in missing])


def summed(books: Books, incentive: Incentive, span: Span) -> list[Line]:
    """The eligible lines of a period and, for growth, those of the same period a year before."""
    found = [lines_by_payee(books, incentive, span)]
    if incentive.measure == "growth":
        found.append(lines_by_payee(books, incentive, year_before(books.program.fiscal, span), earlier=True))
    return [line for by_payee in found for lines in by_payee.values() for line in lines]


# Steps 3 to 7: one incentive, payee and period


def settle_one(books: Books, claim: Claim) -> Entry:
    incentive = claim.incentive
    base = sum((amount(books, line) for line in claim.lines), Fraction(0))
    quantity = sum((line.quantity for line in claim.lines), Fraction(0))
    earlier = sum((amount(books, line) for line in claim.earlier), Fraction(0))
    measure = measured(incentive, base, quantity, earlier)
    band = reached(incentive.bands, measure)
    exact = earned(incentive, band, base, quantity, measure)
    payout = rounded_and_limited(books.program, incentive, exact)
    return Entry(claim, base, quantity, measure, band, payout, words(incentive, measure, band, exact, payout))


def measured(incentive: Incentive, base: Fraction, quantity: Fraction, earlier: Fraction) -> Fraction | None:
    """Step 4. None where growth is undefined. (A Fraction compares exactly: no need to multiply out.)"""
    if incentive.measure == "growth":
        return base / earlier - 1 if earlier > 0 else None
    return quantity if incentive.measure == "quantity" else base


def reached(bands: Sequence[Band], measure: Fraction | None) -> Band | None:
    """Step 5: the band with the greatest `from` ≤ measure."""
    below = [band for band in bands if measure is not None and band.start <= measure]
    return max(below, key=lambda band: band.start) if below else None


def earned(
    incentive: Incentive, band: Band | None, base: Fraction, quantity: Fraction, measure: Fraction | None
) -> Fraction:
    """Step 6, unrounded."""
    if band is None or measure is None:
        return Fraction(0)
    if incentive.method == "stepped":
        return stepped(incentive.bands, measure)
    return {"rate": base * band.value, "per_unit": quantity * band.value, "fixed": band.value}[band.pays]


def stepped(bands: Sequence[Band], measure: Fraction) -> Fraction:
    """Step 6: each slice between one `from` and the next at its own band's value; the last has no upper end."""
    ends: list[Fraction | None] = [*(band.start for band in bands[1:]), None]
    total = Fraction(0)
    for band, end in zip(bands, ends, strict=True):
        top = measure if end is None else min(measure, end)
        total += max(Fraction(0), top - band.start) * band.value
    return total


def rounded_and_limited(program: Program, incentive: Incentive, exact: Fraction) -> int:
    """Step 7: round once, nothing negative, then `minimum`, then `cap`. In minor units."""
    unit = 10**program.digits
    payout = max(0, numbers.half_away(exact * unit))
    if incentive.minimum is not None and payout < incentive.minimum * unit:
        payout = 0
    if incentive.cap is not None and payout > incentive.cap * unit:
        payout = int(incentive.cap * unit)
    return payout


def words(incentive: Incentive, measure: Fraction | None, band: Band | None, exact: Fraction, payout: int) -> str:
    """Step 10: why this amount. Free text; comparisons leave it out."""
    if measure is None:
        return "Growth is undefined: the earlier base is not above 0."
    if band is None:
        return "No band was reached."
    if payout == 0:
        return "The payout is below the minimum." if exact > 0 else "The band reached pays nothing."
    return f"The band from {band.start} pays {incentive.method}."


# Step 8: exclusive groups


def one_of_each_group(entries: Sequence[Entry]) -> list[Entry]:
    """Only the one that pays most keeps its payout; on a tie the one listed first. All at 0: no winner."""
    rivals: dict[tuple[str, str, Span], list[Entry]] = {}
    for entry in entries:
        if entry.claim.incentive.group is not None:
            rivals.setdefault(rivalry(entry.claim), []).append(entry)
    winners = {key: max(group, key=lambda entry: entry.payout) for key, group in rivals.items()}  # the first of equals
    return [beside(winners.get(rivalry(entry.claim), entry), entry) for entry in entries]


def rivalry(claim: Claim) -> tuple[str, str, Span]:
    """What rivals share. An incentive without a group has no rivals: "" is no group's name."""
    return claim.incentive.group or "", claim.payee, claim.period


def beside(winner: Entry, entry: Entry) -> Entry:
    """The entry as it stands beside the winner of its group: measures kept, payout 0, the winner named."""
    if winner is entry or winner.payout == 0:
        return entry
    return replace(entry, payout=0, reason=f"{winner.claim.incentive.id} of the same group pays more.")


# Step 9: shares


def share_rows(books: Books, entry: Entry) -> list[ShareRow]:
    """One row per eligible line in order of `line_id`; they sum to the payout exactly. None for a payout of 0."""
    if entry.payout == 0:
        return []
    lines = sorted(entry.claim.lines, key=lambda line: line.id)
    weights = [weight(books, entry, line) for line in lines]
    total = sum(weights)
    exact = [Fraction(entry.payout * each) / total for each in weights]
    whole = [int(each // 1) for each in exact]
    left = entry.payout - sum(whole)
    by_remainder = sorted(range(len(lines)), key=lambda at: (-(exact[at] - whole[at]), lines[at].id))
    for at in by_remainder[:left]:
        whole[at] += 1
    claim, digits = entry.claim, books.program.digits
    return [
        (claim.incentive.id, claim.period.label, claim.payee, line.id, numbers.as_decimal(share, digits))
        for line, share in zip(lines, whole, strict=True)
    ]


def weight(books: Books, entry: Entry, line: Line) -> Fraction:
    """max(0, amount); max(0, quantity) where the band reached pays per unit; equal where it pays a fixed amount."""
    pays = entry.band.pays if entry.band else "rate"
    if pays == "fixed":
        return Fraction(1)
    return max(Fraction(0), line.quantity if pays == "per_unit" else amount(books, line))


# Files


def payout_row(program: Program, entry: Entry) -> dict[str, str]:
    """One row of the payouts file, every cell as its text."""
    incentive, digits = entry.claim.incentive, program.digits

    def in_measure(value: Fraction | None) -> str:
        if value is None:
            return ""
        if incentive.measure == "growth":
            return numbers.growth(value)
        return numbers.quantity(value) if incentive.measure == "quantity" else numbers.money(value, digits)

    return {
        "incentive": incentive.id,
        "kind": incentive.kind,
        "payee_kind": incentive.payee,
        "payee": entry.claim.payee,
        "period": entry.claim.period.label,
        "currency": program.currency,
        "base": numbers.money(entry.base, digits),
        "quantity": numbers.quantity(entry.quantity),
        "measure": in_measure(entry.measure),
        "band_from": in_measure(entry.band.start if entry.band else None),
        "payout": numbers.fixed_point(entry.payout, digits),
        "reason": entry.reason,
    }


def payouts_csv_bytes(rows: Iterable[Row]) -> bytes:
    """The payouts file: UTF-8, LF, quoted only where needed."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, PAYOUT_COLUMNS, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
