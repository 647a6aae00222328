"""Price lists per currency and year, and a made-up daily series of exchange rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hansa.site.demo.world.months import business_days
from hansa.site.demo.world.records import PriceList, Product
from hansa.site.demo.world.streams import stream

# What one EUR of list price costs elsewhere, in hundredths: a maker sets it once, it does not follow the market.
FACTORS = {"EUR": 100, "GBP": 88, "CHF": 98, "SEK": 1150, "PLN": 440}
YEARLY_RISE = 3

# Where each series starts (units for one EUR) and how far it usually moves in a day.
SERIES = {
    "USD": (1.09, 0.0042), "GBP": (0.861, 0.0027), "CHF": (0.952, 0.0026), "SEK": (11.32, 0.0036), "PLN": (4.31, 0.003),
    "DKK": (7.46, 0.0001), "NOK": (11.61, 0.004), "CZK": (24.9, 0.0022),
}  # fmt: skip


def make_price_lists(products: Sequence[Product], first_year: int, last_year: int) -> tuple[PriceList, ...]:
    """One list per currency and calendar year; prices rise by three in a hundred each January."""
    lists = []
    for year in range(first_year, last_year + 1):
        for currency, factor in FACTORS.items():
            share = factor * (100 + YEARLY_RISE * (year - first_year))
            prices = {product.code: _tidy(product.price * share // 10_000) for product in products}
            name = f"Partner prices {year} {currency}"
            lists.append(PriceList(name, currency, date(year, 1, 1), date(year + 1, 1, 1), prices))
    return tuple(lists)


def _tidy(cents: int) -> int:
    """Steps of 5 cents below 50, of 1 below 1,000 and of 5 above: prices as a maker writes them."""
    step = 5 if cents < 5_000 else 100 if cents < 100_000 else 500
    return max(step, (cents + step // 2) // step * step)


def prices_by_year(lists: Sequence[PriceList]) -> dict[tuple[str, int], Mapping[str, int]]:
    """Prices by currency and year, for a quick look."""
    return {(each.currency, each.valid_from.year): each.prices for each in lists}


def make_rates_csv(seed: int, first: date, today: date) -> bytes:
    """A CSV in the layout of the European Central Bank's reference rates: newest day first, units for one EUR.

    The numbers are a seeded random walk that leans back to its start; business days only, to the day before `today`.
    """
    chance = stream(seed, "rates")
    levels = {currency: start for currency, (start, _) in SERIES.items()}
    rows = []
    for day in business_days(first - timedelta(days=14), today):
        for currency, (start, swing) in SERIES.items():
            levels[currency] += chance.gauss(0, swing) * start + (start - levels[currency]) * 0.01
        rows.append(f"{day.isoformat()}," + ",".join(_digits(levels[currency]) for currency in SERIES))
    header = "Date," + ",".join(SERIES)
    return "\n".join([header, *reversed(rows), ""]).encode("ascii")


def _digits(level: float) -> str:
    """Five significant digits, as the central bank prints."""
    return f"{level:.5g}" if level < 10 else f"{level:.3f}"
