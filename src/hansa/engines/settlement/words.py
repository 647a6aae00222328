"""Rules and results in words, for statements and for the reason of each payout."""

from __future__ import annotations

from decimal import Decimal

from hansa.engines.settlement.compile import payouts as outcomes
from hansa.engines.settlement.document import Band, Incentive, ProgramDocument, What, Who

KIND_WORDS = {"rebate": "a rebate", "commission": "a commission", "spiff": "a SPIFF", "mdf": "an MDF accrual"}
PERIOD_WORDS = {"month": "month", "quarter": "quarter", "half": "half-year", "year": "year"}
MEASURE_WORDS = {"net_amount": "net sales", "quantity": "units sold", "growth": "growth over the year before"}
WHO_WORDS = {"types": "type", "tiers": "tier", "territories": "territory", "partners": "partner"}
WHAT_WORDS = {"categories": "category", "families": "family", "products": "product"}


def describe_incentive(document: ProgramDocument, incentive: Incentive) -> str:
    """The whole rule as sentences that can be read aloud."""
    who, what = _who(incentive.who), _what(incentive.what)
    bands = "; ".join(describe_band(document, incentive, band) for band in incentive.bands)
    manner = (
        "The highest band reached pays on the whole."
        if incentive.method == "retrospective"
        else "Each slice pays at its own band."
    )
    limits = []
    if incentive.minimum is not None:
        limits.append(f"A payout below {_shown(document, incentive.minimum)} is not paid.")
    if incentive.cap is not None:
        limits.append(f"At most {_shown(document, incentive.cap)} is paid.")
    if incentive.exclusive_group is not None:
        limits.append(f"Of the group {incentive.exclusive_group}, only the incentive that pays most is paid.")
    opening = (
        f"{incentive.name}: {KIND_WORDS[incentive.kind]} for each {incentive.payee} and {PERIOD_WORDS[incentive.period]},"
        f" on {what} sold by {who}, by {MEASURE_WORDS[incentive.measure]}."
    )
    return " ".join([opening, f"{bands[0].upper()}{bands[1:]}.", manner, *limits])


def describe_band(document: ProgramDocument, incentive: Incentive, band: Band) -> str:
    """One band, such as `from 25,000.00 USD: 2% of net sales`."""
    starts = {
        "net_amount": _shown(document, band.start),
        "quantity": f"{plain(band.start)} {'unit' if band.start == 1 else 'units'}",
        "growth": f"{plain(band.start * 100)}%",
    }
    return f"from {starts[incentive.measure]}: {_value(document, band)}"


def band_start(document: ProgramDocument, incentive: Incentive, band: Band) -> str:
    """Where a band begins, written like the measure."""
    if incentive.measure == "growth":
        return f"{_half_up(band.start * 100, 4)}%"
    return _money(document, band.start) if incentive.measure == "net_amount" else plain(band.start)


def reason(document: ProgramDocument, index: int, band: int, outcome: int, winner: int | None) -> str:
    """Why a claim pays what it pays. `band` counts from 1; `winner` is the place of the incentive that pays instead."""
    incentive = document.incentives[index]
    said = _outcome(document, incentive, band, outcome)
    if winner is None:
        return said
    return f"{said} Not paid: in the group {incentive.exclusive_group}, {document.incentives[winner].id} pays most."


def _outcome(document: ProgramDocument, incentive: Incentive, band: int, outcome: int) -> str:
    if outcome == outcomes.UNDEFINED:
        return "Growth is undefined: the same period a year before has no positive base."
    if outcome == outcomes.UNREACHED:
        first = describe_band(document, incentive, incentive.bands[0]).partition(":")[0]
        return f"No band reached: the first begins {first}."
    reached = describe_band(document, incentive, incentive.bands[band - 1])
    manner = "Band reached" if incentive.method == "retrospective" else "Highest step reached"
    limit = {
        outcomes.PAID: "",
        outcomes.CAPPED: f" Limited to the cap of {_limit(document, incentive.cap)}.",
        outcomes.NOTHING: " It comes to nothing.",
        outcomes.NEGATIVE: " The base is negative, so nothing is due.",
        outcomes.BELOW_MINIMUM: f" Below the minimum of {_limit(document, incentive.minimum)}.",
    }[outcome]
    return f"{manner}: {reached}.{limit}"


def _limit(document: ProgramDocument, value: Decimal | None) -> str:
    return "" if value is None else _shown(document, value)


def _value(document: ProgramDocument, band: Band) -> str:
    if band.kind == "rate":
        return f"{plain(band.value * 100)}% of net sales"
    if band.kind == "per_unit":
        return f"{plain(band.value)} {document.currency} for each unit"
    return f"{_shown(document, band.value)} once"


def _who(who: Who) -> str:
    listed = [f"{word} {_any_of(getattr(who, key))}" for key, word in WHO_WORDS.items() if getattr(who, key)]
    return f"partners of {' and '.join(listed)}" if listed else "every partner"


def _what(what: What) -> str:
    listed = [f"{word} {_any_of(getattr(what, key))}" for key, word in WHAT_WORDS.items() if getattr(what, key)]
    without = f" without {', '.join(what.except_products)}" if what.except_products else ""
    return (f"products of {' and '.join(listed)}" if listed else "every product") + without


def _any_of(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros.

    >>> plain(Decimal("2.500"))
    '2.5'
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(document: ProgramDocument, value: Decimal) -> str:
    return f"{value:,.{document.minor_digits}f} {document.currency}"


def _money(document: ProgramDocument, value: Decimal) -> str:
    return f"{value:.{document.minor_digits}f}"


def _half_up(value: Decimal, digits: int) -> str:
    scaled = value.scaleb(digits + 1)
    whole = (abs(int(scaled)) + 5) // 10
    text = f"{whole:0{digits + 1}d}"
    return f"{'-' if value < 0 and whole else ''}{text[:-digits]}.{text[-digits:]}"
