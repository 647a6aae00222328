from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Sum, When

from hansa.engines.settlement import periods_of
from hansa.incentives.models import Payout, RunState, SettlementRun, Statement, StatementLine
from hansa.incentives.rules import Settleable, band_reached, sharing_in_words
from hansa.kernel.duck import database_for
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system
from hansa.programs import document
from hansa.programs.models import ProgramVersion
from hansa.sales.models import LineFile


def runs_of(network_id: UUID) -> QuerySet[SettlementRun]:
    """A network's settlement runs, the newest first."""
    current_scope().require_operator(network_id, "settlement.view")
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
    current_scope().require_operator(found.network_id, "settlement.view")
    return found


def settleable(network_id: UUID, *, on: date) -> list[Settleable]:
    """Every period of every published version in order of its end: when it ends, and when it was settled last."""
    current_scope().require_operator(network_id, "settlement.view")
    committed = SettlementRun.objects.filter(network_id=network_id, state=RunState.COMMITTED)
    rows = committed.values_list("version__program_id", "period").annotate(last=Max("committed_at"))
    settled = {(program_id, period): last for program_id, period, last in rows}
    versions = ProgramVersion.objects.filter(network_id=network_id).select_related("program")
    found = [
        Settleable(
            version_code=version.code,
            version=f"{version.program.name} {version.label}",
            period=period.label,
            starts_on=period.start,
            until_on=period.until,
            ended=period.until <= on,
            settled_at=settled.get((version.program_id, period.label)),
        )
        for version in versions
        for period in periods_of(document.parse(version.text).paying)
    ]
    return sorted(found, key=lambda each: (each.until_on, each.starts_on, each.period, each.version))


def payouts_of(run: SettlementRun) -> QuerySet[Payout]:
    """A run's rows in the order of the result."""
    return Payout.objects.filter(run=run).select_related("party").order_by("position")


def by_incentive(run: SettlementRun) -> list[dict[str, object]]:
    """Per incentive of a run: rows, rows that pay, total, what was posted before, difference (minor units)."""
    grouped = Payout.objects.filter(run=run).values("incentive", "incentive_name", "currency")
    return list(
        grouped.annotate(
            rows=Count("id"),
            paid=Count("id", filter=Q(amount__gt=0)),
            total=Sum("amount"),
            before=Sum("posted_before"),
            difference=Sum(F("amount") - F("posted_before")),
        ).order_by("incentive")
    )


def largest_payees(run: SettlementRun, *, limit: int = 10) -> list[dict[str, object]]:
    """The payees that a run pays most."""
    grouped = Payout.objects.filter(run=run).values("payee_kind", "payee", "party__name", "currency")
    sums = grouped.annotate(total=Sum("amount"), difference=Sum(F("amount") - F("posted_before")))
    return list(sums.filter(total__gt=0).order_by("-total", "payee")[:limit])


def consequences_of(run: SettlementRun) -> dict[str, int]:
    """What committing a preview does: sums and counts of what is added and taken back, and who gets a statement."""
    change = F("amount") - F("posted_before")
    added, taken = Q(amount__gt=F("posted_before")), Q(amount__lt=F("posted_before"))
    rows = Payout.objects.filter(run=run)
    found: dict[str, int | None] = rows.aggregate(
        added=Sum(Case(When(added, then=change), output_field=IntegerField())),
        additions=Count("id", filter=added),
        taken_back=Sum(Case(When(taken, then=change), output_field=IntegerField())),
        takings=Count("id", filter=taken),
    )
    earlier = Statement.objects.filter(
        network_id=run.network_id, period=run.period, run__version__program_id=run.version.program_id
    )
    stated = set(earlier.values_list("payee_kind", "payee"))
    everybody = set(rows.values_list("payee_kind", "payee"))
    changed = set(rows.filter(added | taken).values_list("payee_kind", "payee"))
    return {**{name: int(value or 0) for name, value in found.items()}, "statements": len(changed | everybody - stated)}


def statements_of(network_id: UUID, *, period: str = "", words: str = "") -> QuerySet[Statement]:
    """The statements of a network that the scope may see; of a period, of payees whose number or name holds a text."""
    current_scope().require("statements.view")
    rows = Statement.objects.filter(network_id=network_id).select_related("party")
    if period:
        rows = rows.filter(period=period)
    return rows.filter(Q(payee__icontains=words) | Q(payee_name__icontains=words)) if words else rows


def periods_stated(network_id: UUID) -> list[str]:
    """Periods that have a statement which the scope may see, the latest first."""
    rows = Statement.objects.filter(network_id=network_id).values_list("period").annotate(last=Max("issued_at"))
    return [period for period, _ in rows.order_by("-last", "-period")]


def statement_by_code(code: str) -> Statement:
    """A statement that the scope may see; NotFound otherwise."""
    found: Statement | None = Statement.objects.filter(code=code).select_related("network", "party").first()
    if found is None:
        raise NotFound()
    current_scope().require("statements.view")
    return found


def version_of(statement: Statement) -> ProgramVersion:
    """The program version that a statement was settled under; the run itself is the operator's alone."""
    with acting(system("naming the version of a beneficiary's own statement")):
        run: SettlementRun = SettlementRun.objects.get(id=statement.run_id)
    version: ProgramVersion = ProgramVersion.objects.select_related("program").get(id=run.version_id)
    return version


def other_editions(statement: Statement) -> list[Statement]:
    """The statements of the same payee, program and period, the first edition first, this one included."""
    with acting(system("finding the editions of a beneficiary's own statement")):
        alike = Statement.objects.filter(
            network_id=statement.network_id,
            payee_kind=statement.payee_kind,
            payee=statement.payee,
            period=statement.period,
            run__version__program_id=statement.run.version.program_id,
        )
        ids = list(alike.values_list("id", flat=True))
    return list(Statement.objects.filter(id__in=ids).order_by("edition"))


def lines_of(statement: Statement) -> QuerySet[StatementLine]:
    """A statement's lines in the order of the program, each with its payout."""
    return StatementLine.objects.filter(statement=statement).select_related("payout").order_by("payout__position")


def line_of(statement: Statement, line_id: UUID) -> StatementLine:
    """One line of a statement; NotFound when it is another's."""
    found: StatementLine | None = lines_of(statement).filter(id=line_id).first()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class Explained:
    """A statement line with what led to it: the band reached in words (empty: none), and how shares arise."""

    line: StatementLine
    band: str
    sharing: str


def explained(statement: Statement, version: ProgramVersion) -> list[Explained]:
    """A statement's lines, each with its explanation."""
    paying = document.parse(version.text).paying
    found = []
    for line in lines_of(statement):
        words, kind = band_reached(paying, line.payout.incentive, line.payout.band_from)
        found.append(Explained(line, words, sharing_in_words(kind) if line.payout.amount else ""))
    return found


def shares_of(line: StatementLine, *, limit: int = 500, offset: int = 0) -> list[Mapping[str, object]]:
    """The sales lines behind a statement line with their shares, the largest first.

    The statement line itself was read through the scope; the files are opened only for its own payee. Amounts are exact
    decimals in major units; `of_all` counts the lines of all pages.
    """
    if not (current_scope().system or StatementLine.objects.filter(id=line.id).exists()):
        raise NotFound()
    payout = line.payout
    if not payout.amount:
        return []
    shares, files = files_behind(payout)
    query = """
        select l.line_id, l.sold_on, l.partner, l.product, l.quantity, l.net_amount, l.currency, l.invoice,
               s.share, count(*) over () as of_all
        from read_parquet($shares) s join read_parquet($lines, union_by_name = true) l using (line_id)
        where s.incentive = $incentive and s.payee = $payee and s.period = $period
        order by s.share desc, l.line_id limit $limit offset $offset
    """
    parameters = {
        "shares": shares,
        "lines": files,
        "incentive": payout.incentive,
        "payee": payout.payee,
        "period": payout.period,
        "limit": limit,
        "offset": offset,
    }
    with database_for(Path(path) for path in (shares, *files)) as connection:
        found = connection.execute(query, parameters)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def files_behind(payout: Payout) -> tuple[str, list[str]]:
    """Paths of the shares and of the line files that a payout's run read: those of its inputs, whatever came later."""
    with acting(system("reading the sales lines behind a payee's own statement")):
        run: SettlementRun = SettlementRun.objects.get(id=payout.run_id)
        files = LineFile.objects.filter(
            id__in=run.inputs["files"], first_on__lt=run.period_until_on, last_on__gte=run.period_starts_on
        )
        paths = sorted(str(settings.FILES_ROOT / path) for path in files.values_list("path", flat=True))
    return str(settings.FILES_ROOT / run.shares_path), paths


def payout_by_incentive(network_id: UUID, *, period: str | None = None) -> list[dict[str, object]]:
    """What each incentive has accrued per period, as far as the scope may see: for the chart and its table."""
    current_scope().require("statements.view")
    rows = StatementLine.objects.filter(network_id=network_id)
    if period:
        rows = rows.filter(payout__period=period)
    grouped = rows.values("payout__period", "payout__incentive", "payout__incentive_name", "payout__currency")
    return list(
        grouped.annotate(
            total=Sum("difference"), payees=Count("payout__payee", distinct=True, filter=Q(payout__amount__gt=0))
        ).order_by("payout__period", "payout__incentive")
    )
