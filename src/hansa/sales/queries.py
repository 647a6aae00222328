from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from hansa.catalog.models import Product
from hansa.kernel.duck import database_for
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting, current_scope, system
from hansa.ledger.models import Rate
from hansa.networks.models import Membership, Network, Standing
from hansa.organizations.models import Organization
from hansa.sales.models import LineFile, QuarantinedRow, ReportState, SalesReport

CANDIDATES = 20
WAITING = "WAITING"


def reports_of(network_id: UUID) -> QuerySet[SalesReport]:
    """A network's reports that the scope may see."""
    current_scope().require("sales.view")
    return SalesReport.objects.filter(network_id=network_id).select_related("sender")


def matching_reports(
    network_id: UUID, *, state: str = "", month: date | None = None, words: str = ""
) -> QuerySet[SalesReport]:
    """Reports in a state (one that is received counts as being checked), of a month, by words of sender or file.

    WAITING is no state but a question: whose columns nobody has named, or of which rows wait to be repaired.
    """
    rows = reports_of(network_id)
    if state == WAITING:
        rows = rows.filter(Q(state=ReportState.NEEDS_MAPPING) | Q(state=ReportState.TAKEN, quarantined__gt=0))
    elif state == ReportState.CHECKING:
        rows = rows.filter(state__in=[ReportState.RECEIVED, ReportState.CHECKING])
    elif state in ReportState.values:
        rows = rows.filter(state=state)
    if month is not None:
        rows = rows.filter(month=month)
    return rows.filter(Q(sender__name__icontains=words) | Q(file_name__icontains=words)) if words else rows


def report_by_code(network_id: UUID, code: str) -> SalesReport:
    """A report of a network that the scope may see; NotFound otherwise."""
    rows = reports_of(network_id).select_related("network", "sender", "received_by", "replaces", "replaced_by")
    found: SalesReport | None = rows.filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def counts_by_state(network_id: UUID) -> dict[str, int]:
    """How many reports of a network are in each state, as far as the scope may see."""
    counted = reports_of(network_id).order_by().values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in counted}


def senders_for(network: Network) -> list[Organization]:
    """For whom the scope may send reports: the operator for itself and each member, a member for itself alone."""
    scope = current_scope()
    reporting = Membership.objects.filter(network=network, state__in=["ACTIVE", "SUSPENDED"])
    if network.id not in scope.operates:
        reporting = reporting.filter(organization_id=scope.organization_id)
    known = Q(memberships__in=reporting) | Q(id=network.operator_id if network.id in scope.operates else None)
    return list(Organization.objects.filter(known).distinct().order_by("name", "id"))


def sender_by_number(network: Network, number: str) -> Organization:
    """Whoever reports under a partner number; without one the acting organization. NotFound where none may be seen."""
    scope = current_scope()
    found: Organization | None
    if not number:
        found = Organization.objects.filter(id=scope.organization_id).first()
    else:
        reporting = Membership.objects.filter(network=network, number=number).select_related("organization")
        member: Membership | None = reporting.first()
        found = member.organization if member else None
    if found is None:
        raise NotFound()
    return found


def waiting_rows(report: SalesReport) -> QuerySet[QuarantinedRow]:
    """Rows of a report that wait for repair, in the order of the file."""
    return QuarantinedRow.objects.filter(report=report, outcome="").order_by("row")


def unknown_names(report: SalesReport) -> list[dict[str, Any]]:
    """The names of partners and products that keep a report's rows waiting: kind, text, rows, most rows first."""
    codes = {"partner_unknown": "PARTNER", "partner_ambiguous": "PARTNER", "product_unknown": "PRODUCT",
             "product_ambiguous": "PRODUCT"}  # fmt: skip
    rows = waiting_rows(report).filter(code__in=codes).order_by().values("code", "value").annotate(rows=Count("id"))
    return [{"kind": codes[r["code"]], "text": r["value"], "rows": r["rows"]} for r in rows.order_by("-rows", "value")]


def candidates(network_id: UUID, kind: str, words: str) -> list[tuple[str, str]]:
    """Partners (`PARTNER`) or products that a name may mean: number or SKU, and name; the first 20."""
    words = words.strip()
    if kind == "PARTNER":
        members = Membership.objects.filter(network_id=network_id).filter(
            Q(number__icontains=words) | Q(organization__name__icontains=words)
        )
        return list(
            members.order_by("organization__name", "number").values_list("number", "organization__name")[:CANDIDATES]
        )
    products = Product.objects.filter(network_id=network_id).filter(Q(sku__icontains=words) | Q(name__icontains=words))
    return list(products.order_by("name", "sku").values_list("sku", "name")[:CANDIDATES])


def waiting_by_reason(network_id: UUID) -> list[dict[str, object]]:
    """How many rows wait in a network for each reason."""
    rows = QuarantinedRow.objects.filter(network_id=network_id, outcome="", report__state=ReportState.TAKEN)
    return list(rows.values("code").annotate(count=Count("id")).order_by("-count", "code"))


def standing_files(
    network_id: UUID, *, first: date, until: date, replaced: bool = False, as_platform: bool = False
) -> list[LineFile]:
    """The line files of a network that can hold lines of [first, until): of reports that stand, or also replaced.

    `as_platform` reads the manifest past the asking member's scope; the caller then lets out only the member's lines.
    """
    if as_platform:
        with acting(system("reading the manifest for a member's own lines")):
            return standing_files(network_id, first=first, until=until, replaced=replaced)
    states = [ReportState.TAKEN, ReportState.REPLACED] if replaced else [ReportState.TAKEN]
    rows = LineFile.objects.filter(
        network_id=network_id, report__state__in=states, first_on__lt=until, last_on__gte=first
    )
    return list(rows.select_related("report").order_by("first_on", "id"))


def sold_by_month(network: Network, *, first: date, until: date, dimension: str) -> list[Mapping[str, object]]:
    """Net amounts per month and `territory`, `partner` or `product` of the lines that the scope may see.

    In the network's currency at the rate of the day (a line without any rate is left out of `net_amount` and counted in
    `unconverted`). The operator sees all lines; a member those of its own number and those that name it as distributor.
    """
    current_scope().require("sales.view")
    if dimension not in {"territory", "partner", "product"}:
        raise ValueError(dimension)
    query = f"""
        select date_trunc('month', sold_on)::date as month, coalesce({dimension}, '') as key,
               sum(in_network_currency) as net_amount, sum(quantity) as quantity, count(*) as lines,
               count(*) filter (in_network_currency is null) as unconverted
        from lines group by all order by all
    """
    return _over_lines(network, query, first=first, until=until)


def lines_between(
    network: Network, *, first: date, until: date, limit: int = 200, after: tuple[date, str] | None = None
) -> list[Mapping[str, object]]:
    """The latest lines of [first, until) that the scope may see; `after`: those that follow (sold on, line id)."""
    current_scope().require("sales.view")
    chosen = "line_id, sold_on, partner, product, quantity, net_amount, currency, distributor, rep, territory, invoice"
    position = "" if after is None else "where (sold_on, line_id) < ($after_on, $after_id)"
    query = f"select {chosen} from lines {position} order by sold_on desc, line_id desc limit {int(limit)}"
    more = {} if after is None else {"after_on": after[0], "after_id": after[1]}
    return _over_lines(network, query, first=first, until=until, more=more)


def days_sold(network_id: UUID) -> tuple[date, date] | None:
    """The first and last day of the lines that stand in a network; None while there are none. Dates only, for members too."""
    own_number(network_id)
    with acting(system("the span of a network's lines")):
        span = LineFile.objects.filter(network_id=network_id, report__state=ReportState.TAKEN).aggregate(
            first=Min("first_on"), last=Max("last_on")
        )
    return (span["first"], span["last"]) if span["first"] else None


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


def _over_lines(
    network: Network, query: str, *, first: date, until: date, more: Mapping[str, object] | None = None
) -> list[Mapping[str, object]]:
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
        **(more or {}),
    }
    with database_for(settings.FILES_ROOT / file.path for file in files) as connection:
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
    columns = list(zip(*rows, strict=True)) or [()] * 4
    types = [pa.string(), pa.string(), pa.date32(), pa.date32()]
    names = ["partner", "territory", "valid_from", "valid_until"]
    return pa.table({n: pa.array(list(c), type=t) for n, c, t in zip(names, columns, types, strict=True)})


def _rates_table(network: Network, first: date, until: date) -> pa.Table:
    rows = Rate.objects.filter(
        network_id=network.id, into=network.currency, on__gte=first - timedelta(days=7), on__lt=until
    ).values_list("currency", "on", "rate")
    columns = list(zip(*rows, strict=True)) or [()] * 3
    names, types = ["currency", "on", "rate"], [pa.string(), pa.date32(), pa.string()]
    return pa.table({n: pa.array(list(c), type=t) for n, c, t in zip(names, columns, types, strict=True)})
