"""A statement as a file to take away, the same from screen and API. Columns are only ever added, at the end."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from hansa.incentives.models import Statement
from hansa.incentives.queries import lines_of, version_of
from hansa.kernel.money import Money
from hansa.kit.exports import table_download

COLUMNS = (
    "network",
    "statement",
    "edition",
    "issued_at",
    "period",
    "payee_kind",
    "payee",
    "payee_name",
    "program_version",
    "currency",
    "opening",
    "closing",
    "incentive",
    "incentive_name",
    "kind",
    "base",
    "quantity",
    "measure",
    "band_from",
    "payout",
    "posted_before",
    "difference",
    "reason",
    "rule",
    "transaction",
)


def statement_file(statement: Statement) -> HttpResponseBase:
    """A CSV with one row for each line; opening and closing stand on every row. Amounts are in major units."""
    version = version_of(statement)

    def money(minor: int) -> object:
        return Money(minor, statement.currency).decimal

    head = (
        statement.network.slug,
        statement.code,
        statement.edition,
        statement.issued_at.isoformat(),
        statement.period,
        statement.payee_kind,
        statement.payee,
        statement.payee_name,
        version.label,
        statement.currency,
        money(statement.opening),
        money(statement.closing),
    )
    rows = [
        (
            *head,
            line.payout.incentive,
            line.payout.incentive_name,
            line.payout.kind,
            money(line.payout.base),
            line.payout.quantity,
            line.payout.measure,
            line.payout.band_from,
            money(line.amount),
            money(line.posted_before),
            money(line.difference),
            line.payout.reason,
            line.rule,
            str(line.transaction_id or ""),
        )
        for line in lines_of(statement)
    ]
    name = f"statement-{statement.network.slug}-{statement.period}-{statement.code}.csv"
    return table_download(name, COLUMNS, rows)
