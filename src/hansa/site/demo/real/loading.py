"""`load_real`: from a folder of files to a channel that one can look at."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hansa.kernel.problem import Refused
from hansa.kit.scope import acting
from hansa.sales.models import SalesReport
from hansa.sales.queries import sold_by_month
from hansa.sales.rules import next_month
from hansa.site.demo.crew import crew
from hansa.site.demo.real.channel import Channel, found_channel
from hansa.site.demo.real.dataset import read_data_set
from hansa.site.demo.real.history import live_through, moment

Tell = Callable[[str], None]
BEFORE_FIRST_SALE = timedelta(days=14)


def load_real(folder: Path, *, now: datetime, tell: Tell) -> None:
    """Load the reseller sales in `folder` through the product's imports and settle what had ended while they came in.

    A folder that cannot be taken ends the process with a sentence for each thing wrong; what is missing from it is
    said before anything is written.
    """
    try:
        with crew() as hands:
            load_folder(folder, now=now, tell=tell, hands=hands)
    except Refused as refused:
        raise SystemExit("\n".join(str(problem) for problem in refused.problems)) from refused


def load_folder(
    folder: Path, *, now: datetime, tell: Tell, hands: Executor, periods: Collection[str] | None = None
) -> Channel:
    """What `load_real` does, by the given hands; `periods` (labels) limits what is settled."""
    started = time.monotonic()

    def timed(step: str) -> None:
        tell(f"{time.monotonic() - started:5.1f} s  {step}")

    data = read_data_set(folder)
    months = list(data.reports)
    timed(f"{len(data.articles)} products and {len(months)} months of sales read")
    channel = found_channel(data, at=moment(months[0] - BEFORE_FIRST_SALE), now=now, tell=timed)
    live_through(channel, data.reports, hands, periods=periods, tell=timed)
    timed(_summary(channel, first=months[0], until=next_month(months[-1])))
    return channel


def _summary(channel: Channel, *, first: date, until: date) -> str:
    """What the product now holds, in the product's own figures."""
    with acting(channel.manager):
        counts = SalesReport.objects.filter(network=channel.network).values_list("lines", "quarantined", "totals")
        lines, waiting = sum(row[0] for row in counts), sum(row[1] for row in counts)
        total = sum((Decimal(row[2].get("USD", ["0", "0"])[1]) for row in counts), Decimal(0))
        partners = {row["key"] for row in sold_by_month(channel.network, first=first, until=until, dimension="partner")}
    return f"{lines:,} lines, {total:,.2f} USD, of {len(partners)} partners; {waiting} rows wait in quarantine"
