"""The vendor's years with its resellers, month by month: programs, sales reports, tiers and settlements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from datetime import UTC, date, datetime, time
from decimal import Decimal

from hansa.incentives.models import RunState, SettlementRun
from hansa.kit.scope import acting
from hansa.networks.models import Standing
from hansa.networks.operations.membership import Role, set_standing
from hansa.networks.queries import standings_on
from hansa.programs.models import Program
from hansa.programs.operations import create_program, publish, save_draft
from hansa.programs.queries import draft_of
from hansa.sales.models import ReportState, SalesReport
from hansa.sales.queries import sold_by_month
from hansa.sales.rules import next_month
from hansa.site.demo import settling
from hansa.site.demo.crew import Parcel, send_all
from hansa.site.demo.real.channel import Channel, Tell
from hansa.site.demo.real.tiers import tier_for
from hansa.site.demo.real.wording import PROGRAM, PROGRAM_YEARS, program_text

YEAR_STARTS, PROGRAM_READY = 7, 6  # months: the fiscal year begins in July, its program is published in June
REPORTED, REVIEWED, PROGRAM_DAY = 5, 10, 20  # days of the month after
# The partner stands where its record says; the set's territory column holds keys, which would be no territory's name.
READING: dict[str, object] = {
    "mapping": {
        "invoice": "SalesOrderNumber",
        "sold_on": "OrderDate",
        "partner": "ResellerKey",
        "product": "ProductKey",
        "quantity": "OrderQuantity",
        "net_amount": "SalesAmount",
        "unit_price": "UnitPrice",
        "rep": "EmployeeKey",
    },
    "formats": {"decimal": ".", "thousands": "", "date": "ymd"},
}


def live_through(
    channel: Channel, reports: Mapping[date, bytes], hands: Executor, *, periods: Collection[str] | None, tell: Tell
) -> None:
    """Everything that happened, in its order; of the settlements those of `periods`, or all (None).

    Raises RuntimeError where a report or a settlement did not go through.
    """
    _publish(channel, PROGRAM_YEARS[0], at=moment(date(PROGRAM_YEARS[0], PROGRAM_READY, PROGRAM_DAY)))
    for month, content in reports.items():
        after = next_month(month)
        list(hands.map(send_all, [[_parcel(channel, month, content)]]))
        if after.month == YEAR_STARTS:
            tell(_review_tiers(channel, year=month.year - 1, at=moment(after.replace(day=REVIEWED))))
        _settle(channel, after, hands, periods=periods, tell=tell)
        if after.month == PROGRAM_READY and after.year in PROGRAM_YEARS:
            _publish(channel, after.year, at=moment(after.replace(day=PROGRAM_DAY)))
    _check(channel)


def moment(day: date) -> datetime:
    """Nine in the morning, UTC."""
    return datetime.combine(day, time(9), UTC)


def _publish(channel: Channel, year: int, *, at: datetime) -> None:
    text = program_text(year)
    with acting(channel.manager):
        program = Program.objects.filter(network=channel.network, name=PROGRAM).first()
        if program is None:
            program = create_program(network=channel.network, name=PROGRAM, text=text, at=at)
        draft = save_draft(program=program, text=text, revision=draft_of(program).revision, at=at)
        publish(program=program, revision=draft.revision, note=f"For sales from July {year} on.", at=at)


def _parcel(channel: Channel, month: date, content: bytes) -> Parcel:
    return Parcel(
        network_id=channel.network.id,
        sender_id=channel.vendor.id,
        month=month,
        file_name=f"FactResellerSales-{month:%Y-%m}.csv",
        content=content,
        reading=READING,
        scope=channel.manager,
        at=moment(next_month(month).replace(day=REPORTED)),
    )


def _review_tiers(channel: Channel, *, year: int, at: datetime) -> str:
    """Give each partner the tier that its sales of the fiscal year earn, from the first day of the next on."""
    first, until = date(year, YEAR_STARTS, 1), date(year + 1, YEAR_STARTS, 1)
    with acting(channel.manager):
        sold: dict[object, Decimal] = {}
        for row in sold_by_month(channel.network, first=first, until=until, dimension="partner"):
            sold[row["key"]] = sold.get(row["key"], Decimal(0)) + Decimal(str(row["net_amount"]))
        moved = 0
        for standing in standings_on(channel.network.id, until):
            total = sold.get(standing.membership.number, Decimal(0))
            if tier_for(total) != standing.tier:
                role = _role(standing, tier_for(total), f"Sold {total:,.2f} USD from July {year} to June {year + 1}.")
                set_standing(membership=standing.membership, role=role, since=until, at=at)
                moved += 1
    return f"Tiers of July {until.year}: {moved} partners moved"


def _role(standing: Standing, tier: str, reason: str) -> Role:
    return Role(tuple(standing.types), tier, standing.territory, standing.upstream_id, reason)


def _settle(channel: Channel, after: date, hands: Executor, *, periods: Collection[str] | None, tell: Tell) -> None:
    """Settle what fell due in a month, on its day."""
    known = settling.due(channel.network, scope=channel.finance, today=next_month(after))
    dues = [
        each for each in known if after <= each.on < next_month(after) and (periods is None or each.period in periods)
    ]
    if dues:
        settling.settle(channel.network, dues, hands, scope=channel.finance, at=moment(dues[0].on))
        tell(f"Settled {', '.join(each.period for each in dues)}")


def _check(channel: Channel) -> None:
    """Stop where anything was refused, asked about or not computed: the demo then does not show what it says."""
    with acting(channel.manager):
        for report in SalesReport.objects.filter(network=channel.network).exclude(state=ReportState.TAKEN):
            raise RuntimeError(f"{report.file_name} was not taken: {report.get_state_display()} {report.state_reason}")
    with acting(channel.finance):
        for run in SettlementRun.objects.filter(network=channel.network).exclude(state=RunState.COMMITTED):
            raise RuntimeError(f"{run.period} was not settled: {run.get_state_display()} {run.problems[:3]}")
