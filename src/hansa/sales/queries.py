from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import Count, QuerySet

from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system
from hansa.ledger.models import Rate
from hansa.networks.models import Membership, Network, Standing
from hansa.sales.models import LineFile, QuarantinedRow, ReportState, SalesReport


def reports_of(network_id: UUID) -> QuerySet[SalesReport]:
    """A network's reports that the scope may see."""
    return SalesReport.objects.filter(network_id=network_id).select_related("sender")


def report_by_code(code: str) -> SalesReport:
    """A report that the scope may see; NotFound otherwise."""
    found: SalesReport | None = (
        SalesReport.objects.filter(code=code).select_related("network", "sender", "received_by", "replaces").first()
    )
    if found is None:
        raise NotFound()
    return found


def waiting_rows(report: SalesReport) -> QuerySet[QuarantinedRow]:
    """Rows of a report that wait for repair, in the order of the file."""
    return QuarantinedRow.objects.filter(report=report, outcome="").order_by("row")


def waiting_by_reason(network_id: UUID) -> list[dict[str, object]]:
    """How many rows wait in a network for each reason."""
    rows = QuarantinedRow.objects.filter(network_id=network_id, outcome="", report__state=ReportState.TAKEN)
    return list(rows.values("code").annotate(count=Count("id")).order_by("-count", "code"))


def standing_files(
    network_id: UUID, *, first: date, until: date, replaced: bool = False, as_platform: bool = False
) -> list[LineFile]:
    """The line files of a network that can hold lines of [first, until): of reports that stand, or also of replaced ones.

    `as_platform` reads the manifest past the asking member's scope; the caller must then let out only the member's lines.
    """
    if as_platform:
        with acting(system("reading the manifest for a member's own lines")):
            return standing_files(network_id, first=first, until=until, replaced=replaced)
    states = [ReportState.TAKEN, ReportState.REPLACED] if replaced else [ReportState.TAKEN]
    rows = LineFile.objects.filter(
        network_id=network_id, report__state__in=states, first_on__lt=until, last_on__gte=first
    )
    return list(rows.order_by("first_on", "id"))


def sold_by_month(network: Network, *, first: date, until: date, dimension: str) -> list[Mapping[str, object]]:
    """Net amounts per month and `territory`, `partner` or `product` of the lines that the scope may see.

    In the network's currency at the rate of the day (a line without any rate is left out of `net_amount` and counted in
    `unconverted`). The operator sees all lines; a member those of its own number and those that name it as distributor.
    """
    if dimension not in {"territory", "partner", "product"}:
        raise ValueError(dimension)
    query = f"""
        select date_trunc('month', sold_on)::date as month, coalesce({dimension}, '') as key,
               sum(in_network_currency) as net_amount, sum(quantity) as quantity, count(*) as lines,
               count(*) filter (in_network_currency is null) as unconverted
        from lines group by all order by all
    """
    return _over_lines(network, query, first=first, until=until)


def lines_between(network: Network, *, first: date, until: date, limit: int = 200) -> list[Mapping[str, object]]:
    """The latest lines that the scope may see."""
    chosen = "line_id, sold_on, partner, product, quantity, net_amount, currency, distributor, rep, invoice"
    query = f"select {chosen} from lines order by sold_on desc, line_id limit {int(limit)}"
    return _over_lines(network, query, first=first, until=until)


def own_number(network_id: UUID) -> str | None:
    """The acting organization's number in a network; None for the operator, NotFound for outsiders."""
    scope = current_scope()
    if network_id in scope.operates or scope.system:
        return None
    member: Membership | None = Membership.objects.filter(
        network_id=network_id, organization_id=scope.organization_id
    ).first()
    if member is None:
        raise NotFound()
    return member.number


def _over_lines(network: Network, query: str, *, first: date, until: date) -> list[Mapping[str, object]]:
    """Run a query over `lines`: what the scope may see, with the territory of the day and the network's currency."""
    number = own_number(network.id)
    files = standing_files(network.id, first=first, until=until, as_platform=number is not None)
    if not files:
        return []
    own = "true" if number is None else "(l.partner = $number or l.distributor = $number)"
    parameters: dict[str, object] = {
        "files": [str(settings.FILES_ROOT / file.path) for file in files],
        "first": first,
        "until": until,
        "home": network.currency,
        **({} if number is None else {"number": number}),
    }
    with duckdb.connect() as connection:
        connection.register("standings", _standings_table(network.id))
        connection.register("rates", _rates_table(network, first, until))
        found = connection.execute(LINES.format(own=own) + query, parameters)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


LINES = """
with lines as (
    select l.* exclude (territory), coalesce(l.territory, s.territory) as territory,
           case when l.currency = $home then l.net_amount::decimal(18, 4)
                else round(l.net_amount::decimal(18, 4) * r.rate::decimal(18, 8), 4)::decimal(18, 4)
           end as in_network_currency
    from read_parquet($files, union_by_name = true) l
    left join standings s on s.partner = l.partner
        and (s.valid_from is null or s.valid_from <= l.sold_on) and (s.valid_until is null or l.sold_on < s.valid_until)
    asof left join rates r on r.currency = l.currency and r."on" <= l.sold_on
    where l.sold_on >= $first and l.sold_on < $until and {own}
)
"""


def _standings_table(network_id: UUID) -> pa.Table:
    rows = Standing.objects.filter(network_id=network_id).values_list(
        "membership__number", "territory", "valid_from", "valid_until"
    )
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    types = [pa.string(), pa.string(), pa.date32(), pa.date32()]
    names = ["partner", "territory", "valid_from", "valid_until"]
    return pa.table({n: pa.array(list(c), type=t) for n, c, t in zip(names, columns, types, strict=True)})


def _rates_table(network: Network, first: date, until: date) -> pa.Table:
    rows = Rate.objects.filter(
        network_id=network.id, into=network.currency, on__gte=first - timedelta(days=7), on__lt=until
    ).values_list("currency", "on", "rate")
    columns = list(zip(*rows, strict=True)) or [[], [], []]
    names, types = ["currency", "on", "rate"], [pa.string(), pa.date32(), pa.string()]
    return pa.table({n: pa.array(list(c), type=t) for n, c, t in zip(names, columns, types, strict=True)})
