from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import duckdb
from django.conf import settings
from django.db.models import QuerySet, Sum

from hansa.incentives.models import Payout, SettlementRun, Statement, StatementLine
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.sales.queries import standing_files


def runs_of(network_id: UUID) -> QuerySet[SettlementRun]:
    """A network's settlement runs, the newest first."""
    return SettlementRun.objects.filter(network_id=network_id).select_related("version", "requested_by", "committed_by")


def run_by_code(code: str) -> SettlementRun:
    """A run that the scope may see; NotFound otherwise."""
    found: SettlementRun | None = (
        SettlementRun.objects.filter(code=code)
        .select_related("network", "version__program", "requested_by", "committed_by", "journal")
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def statements_of(network_id: UUID) -> QuerySet[Statement]:
    """The statements of a network that the scope may see."""
    return Statement.objects.filter(network_id=network_id).select_related("party")


def statement_by_code(code: str) -> Statement:
    """A statement that the scope may see; NotFound otherwise."""
    found: Statement | None = (
        Statement.objects.filter(code=code).select_related("network", "party", "run__version__program").first()
    )
    if found is None:
        raise NotFound()
    return found


def lines_of(statement: Statement) -> QuerySet[StatementLine]:
    """A statement's lines in the order of the program, each with its payout."""
    return StatementLine.objects.filter(statement=statement).select_related("payout").order_by("payout__position")


def line_of(statement: Statement, line_id: UUID) -> StatementLine:
    """One line of a statement; NotFound when it is another's."""
    found: StatementLine | None = lines_of(statement).filter(id=line_id).first()
    if found is None:
        raise NotFound()
    return found


def shares_of(line: StatementLine, *, limit: int = 500, offset: int = 0) -> list[Mapping[str, object]]:
    """The sales lines behind a statement line with their shares, the largest first.

    The statement line itself was read through the scope; the files are opened only for its own payee. Amounts are exact
    decimals in major units.
    """
    if not (current_scope().system or StatementLine.objects.filter(id=line.id).exists()):
        raise NotFound()
    payout = line.payout
    run = payout.run
    if not payout.amount:
        return []
    files = standing_files_as_settled(run)
    query = """
        select l.line_id, l.sold_on, l.partner, l.product, l.quantity, l.net_amount, l.currency, l.invoice,
               s.share, count(*) over () as of_all
        from read_parquet($shares) s join read_parquet($lines, union_by_name = true) l using (line_id)
        where s.incentive = $incentive and s.payee = $payee and s.period = $period
        order by s.share desc, l.line_id limit $limit offset $offset
    """
    parameters = {
        "shares": str(settings.FILES_ROOT / run.shares_path),
        "lines": files,
        "incentive": payout.incentive,
        "payee": payout.payee,
        "period": payout.period,
        "limit": limit,
        "offset": offset,
    }
    with duckdb.connect() as connection:
        found = connection.execute(query, parameters)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def standing_files_as_settled(run: SettlementRun) -> list[str]:
    """Paths of the line files that a run can have read, replaced ones included: the shares name their lines."""
    files = standing_files(
        run.network_id, first=run.period_starts_on, until=run.period_until_on, replaced=True, as_platform=True
    )
    return sorted(str(settings.FILES_ROOT / file.path) for file in files)


def payout_by_incentive(network_id: UUID, *, period: str | None = None) -> list[dict[str, object]]:
    """What each incentive has accrued per period: for the chart and its table."""
    rows = StatementLine.objects.filter(network_id=network_id)
    if period:
        rows = rows.filter(payout__period=period)
    grouped = rows.values("payout__period", "payout__incentive", "payout__incentive_name", "payout__currency")
    return list(grouped.annotate(total=Sum("difference")).order_by("payout__period", "payout__incentive"))


def payouts_of(run: SettlementRun) -> QuerySet[Payout]:
    """A run's rows in the order of the result."""
    return Payout.objects.filter(run=run).select_related("party").order_by("position")
