"""Read sell-through reports out of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hansa.engines.edi.envelopes import Group, Interchange, Transaction
from hansa.engines.edi.problems import EdiProblem
from hansa.engines.edi.reading import DEFAULT_LIMITS, read_interchanges
from hansa.engines.edi.segments import Limits
from hansa.engines.edi.sell_through import edifact, x12
from hansa.engines.edi.sell_through.mapping import ReportTable, content_of
from hansa.engines.edi.sell_through.values import Content, Kind, SellThroughReport

EMPTY = Content("", None, None, "", "", (), ())


def read_sell_through(
    data: bytes, *, limits: Limits = DEFAULT_LIMITS, kinds: Mapping[str, Kind] = x12.TRANSFER_KINDS
) -> list[SellThroughReport]:
    """The sell-through reports of a file, in its order: X12 867 (004010, 005010) and EDIFACT SLSRPT (by location and by
    item).

    Nothing is left out silently: a transaction of another kind, and an interchange without any, come back as a report
    that is not accepted. `kinds` says what the sender means by each transfer type (PTD01). Dates come from the line,
    else the transfer (PTD, LOC), else the report; parties likewise. Raises `EdiUnreadable` and nothing else.
    """
    tables: dict[str, ReportTable] = {"867": x12.table(kinds), "SLSRPT": edifact.TABLE}
    interchanges = read_interchanges(data, limits=limits, check_bodies=False)
    return [report for interchange in interchanges for report in _reports(interchange, tables)]


def _reports(interchange: Interchange, tables: Mapping[str, ReportTable]) -> Iterator[SellThroughReport]:
    found = [(group, transaction) for group in interchange.groups for transaction in group.transactions]
    if not found:
        yield _report(interchange, interchange.groups[0] if interchange.groups else None, None, EMPTY)
    for group, transaction in found:
        mapped = tables.get(transaction.kind)
        content = content_of(transaction, mapped) if mapped else _refused(transaction, tables)
        yield _report(interchange, group, transaction, content)


def _refused(transaction: Transaction, tables: Mapping[str, ReportTable]) -> Content:
    text = f"expected a sell-through report ({' or '.join(tables)}); found {transaction.kind[:20]!r}"
    tag = "ST" if transaction.syntax.standard == "X12" else "UNH"
    return Content("", None, None, "", "", (), (EdiProblem(transaction.header_no, tag, "1", "set-unsupported", text),))


def _report(
    interchange: Interchange, group: Group | None, transaction: Transaction | None, content: Content
) -> SellThroughReport:
    outside = (
        *interchange.problems,
        *(group.problems if group else ()),
        *(transaction.problems if transaction else ()),
    )
    problems = tuple(sorted((*outside, *content.problems), key=lambda problem: problem.segment_no))
    return SellThroughReport(
        standard=interchange.standard,
        version=transaction.version if transaction else "",
        sender=interchange.sender,
        receiver=interchange.receiver,
        control_number=interchange.control_number,
        group_control=group.control_number if group else "",
        transaction_control=transaction.control_number if transaction else "",
        report_number=content.report_number,
        period_from=content.period_from,
        period_until=content.period_until,
        currency=content.currency,
        test=interchange.test,
        lines=content.lines,
        problems=problems,
        accepted=not any(problem.refuses for problem in problems),
        purpose=content.purpose,
        kind=transaction.kind if transaction else "",
    )
