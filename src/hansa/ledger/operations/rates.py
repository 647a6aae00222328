"""Exchange rates: imported from the European Central Bank's published CSV, or entered by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from hansa.activity.operations import record
from hansa.kernel.money import known_currencies
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.ledger.models import Rate
from hansa.ledger.operations.posting import lock_ledger
from hansa.ledger.rules import cross_rate
from hansa.networks.models import Network

ECB = "European Central Bank"
LARGEST_FILE = 20 * 1024 * 1024


class RatesRefused(Unprocessable):
    """The file of rates is not what the bank publishes."""

    title = "The rates were not taken"


@transaction.atomic
def import_ecb(
    *, network: Network, content: bytes, at: datetime, since: date | None = None, file: str = "eurofxref-hist.csv"
) -> int:
    """Take the bank's table (`Date,USD,JPY,…`, units per euro; plain or as its zip) for the network's currency.

    Each currency's rate is the exact quotient of two quotes of the day, kept as text. Days that are known stay as they
    are; a correction is entered by hand. Returns the number of rates that are new. All or none.
    """
    scope = current_scope()
    scope.require_operator(network.id, "rates.edit")
    quotes, problems = _read(_unzipped(content, file), file)
    if problems:
        raise RatesRefused("No rate was taken.", problems=problems)
    before = Rate.objects.filter(network=network, into=network.currency).count()
    rows = (
        Rate(
            network=network,
            currency=currency,
            into=network.currency,
            on=on,
            rate=cross_rate(into_per_base=day[network.currency], currency_per_base=quote),
            source=ECB,
            entered_at=at,
            entered_by_id=scope.person_id,
        )
        for on, day in quotes
        if network.currency in day and (since is None or on >= since)
        for currency, quote in day.items()
        if currency != network.currency
    )
    Rate.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
    new: int = Rate.objects.filter(network=network, into=network.currency).count() - before
    record("ledger.rates.imported", subject=network, at=at, network_id=network.id, facts={"source": ECB, "new": new})
    return new


@transaction.atomic
def enter_rate(*, network: Network, currency: str, on: date, rate: str, at: datetime, reason: str = "") -> Rate:
    """Enter or correct one rate by hand: what one unit of `currency` is worth in the network's currency."""
    scope = current_scope()
    scope.require_operator(network.id, "rates.edit")
    lock_ledger(network.id)
    value = _positive(rate)
    problems = []
    if currency not in known_currencies() or currency == network.currency:
        problems.append(Problem("", 0, "currency", "an ISO 4217 code other than the network's own"))
    if value is None:
        problems.append(Problem("", 0, "rate", "a number above 0 such as 1.0842"))
    known = (
        Rate.objects.select_for_update(of=("self",))
        .filter(network=network, into=network.currency, currency=currency, on=on)
        .first()
    )
    if known and not reason.strip():
        problems.append(Problem("", 0, "reason", "why the rate of this day is corrected"))
    if problems:
        raise RatesRefused("The rate was not taken.", problems=problems)
    row: Rate = known or Rate(network=network, into=network.currency, currency=currency, on=on)
    before = row.rate
    row.rate, row.source, row.entered_at, row.entered_by_id = rate.strip(), "entered by hand", at, scope.person_id
    row.save()
    record(
        "ledger.rate.entered",
        subject=row,
        at=at,
        network_id=network.id,
        facts={"currency": currency, "on": on.isoformat(), "before": before, "rate": row.rate, "reason": reason},
    )
    return row


def _unzipped(content: bytes, file: str) -> bytes:
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(archive.infolist()[0]) as member:
            plain = member.read(LARGEST_FILE + 1)
    except (zipfile.BadZipFile, IndexError) as error:
        raise RatesRefused("No rate was taken.", problems=[Problem(file, 0, "", "a whole ZIP file")]) from error
    if len(plain) > LARGEST_FILE:
        raise RatesRefused("No rate was taken.", problems=[Problem(file, 0, "", "at most 20 MB of text")])
    return plain


def _read(content: bytes, file: str) -> tuple[list[tuple[date, dict[str, Decimal]]], list[Problem]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return [], [Problem(file, 0, "", "a CSV file in UTF-8")]
    if not rows or not rows[0] or rows[0][0].strip() != "Date":
        return [], [Problem(file, 1, "Date", "a header that begins with Date, then currency codes")]
    currencies = [name.strip() for name in rows[0][1:]]
    quotes, problems = [], []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            on = date.fromisoformat(row[0].strip())
        except ValueError:
            problems.append(Problem(file, number, "Date", "a day such as 2026-04-13"))
            continue
        day = {"EUR": Decimal(1)}
        for currency, quote, problem in _quotes(currencies, row[1:], file, number):
            if problem:
                problems.append(problem)
            elif quote is not None:
                day[currency] = quote
        quotes.append((on, day))
    if len({on for on, _ in quotes}) != len(quotes):
        problems.append(Problem(file, 0, "Date", "each day once"))
    return quotes, problems


def _quotes(
    currencies: list[str], cells: list[str], file: str, number: int
) -> Iterator[tuple[str, Decimal | None, Problem | None]]:
    for currency, cell in zip(currencies, cells, strict=False):
        text = cell.strip()
        if not currency or text in {"", "N/A"} or currency not in known_currencies():
            continue
        value = _positive(text)
        yield (
            currency,
            value,
            None if value is not None else Problem(file, number, currency, "a number above 0, or N/A"),
        )


def _positive(text: str) -> Decimal | None:
    text = text.strip()
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > 30:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value > 0 else None
