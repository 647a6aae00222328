"""The mistakes that senders make, planted and counted: which row, what kind, and what it should have said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from hansa.site.demo.world import names
from hansa.site.demo.world.records import Counts, Flaw, Sale

# What becomes of a row: `taken` at once; `matched` by the product itself or queued where it is not sure;
# `queued` until somebody says what is meant; `quarantined` until somebody repairs it; `repeated` adds nothing.
OUTCOMES = {
    "late": "taken",
    "name_misspelt": "taken",
    "product_untidy": "matched",
    "product_old_code": "matched",
    "partner_misspelt": "matched",
    "partner_unknown": "queued",
    "product_unknown": "queued",
    "amount_missing": "quarantined",
    "bad_number": "quarantined",
    "impossible_date": "quarantined",
    "duplicate_within": "repeated",
    "duplicate_between": "repeated",
}

# How often each happens in ten thousand lines of an ordinary month, and how many there are in the two newest months.
USUAL = {
    "name_misspelt": 18, "product_untidy": 16, "product_old_code": 8, "partner_misspelt": 8, "partner_unknown": 6,
    "product_unknown": 6, "amount_missing": 5, "bad_number": 4, "impossible_date": 5, "duplicate_within": 6,
    "duplicate_between": 4,
}  # fmt: skip
NEWEST = {
    "csv": {
        "name_misspelt": 2, "product_untidy": 2, "product_old_code": 1, "partner_misspelt": 1, "partner_unknown": 2,
        "product_unknown": 1, "amount_missing": 1, "bad_number": 1, "impossible_date": 1, "duplicate_within": 1,
        "duplicate_between": 1,
    },
    "xlsx": {"product_untidy": 1, "amount_missing": 1},
    "x12-867": {"partner_unknown": 1, "product_unknown": 1, "product_old_code": 1},
}  # fmt: skip
LATE_SHARE = 0.003

# Formats that fix types cannot hold every mistake; EDI names partners and articles by code, and SLSRPT numbers
# the lines of each message anew, so that nothing shows that a line was there before.
IN_EDI = frozenset({"partner_unknown", "product_unknown", "product_old_code"})
ABLE = {
    "csv": frozenset(OUTCOMES),
    "xlsx": frozenset(OUTCOMES),
    "parquet": frozenset(OUTCOMES) - {"bad_number", "impossible_date"},
    "x12-867": IN_EDI | {"duplicate_within", "duplicate_between"},
    "edifact-slsrpt": IN_EDI,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lore:
    """What a sender can get wrong: the articles' former codes, and companies that are no members."""

    former_codes: Mapping[str, str]
    strangers: tuple[str, ...]


def kinds_for(layout_format: str, rows: int, age: int, chance: Random) -> Counter[str]:
    """How many flaws of each kind a report of `rows` lines gets; `age` is 0 for the newest month,
    whose reports have the same handful in every world; the month before has three times the usual share."""
    able = ABLE[layout_format]
    if age == 0:
        return Counter(NEWEST[layout_format])
    often = 3 if age == 1 else 1
    kinds = {
        kind: int(often * share * rows / 10_000 + chance.random()) for kind, share in USUAL.items() if kind in able
    }
    return Counter(kinds)


def plant(
    rows: Sequence[Sale], kinds: Counter[str], earlier: Sequence[Sale], lore: Lore, chance: Random
) -> tuple[tuple[Sale, ...], tuple[Flaw, ...]]:
    """The rows as the sender writes them, with as many flaws of each kind as asked for, and where they are.

    `earlier` holds the rows of the sender's last report that may come a second time.
    """
    chosen = _choose(rows, kinds, lore, chance)
    written: list[Sale] = []
    flaws: list[Flaw] = []
    for index, row in enumerate(rows):
        kind = chosen.get(index, "")
        spoil = SPOILERS.get(kind)
        written.append(spoil(row, lore, chance) if spoil else row)
        if spoil:
            flaws.append(Flaw(kind, len(written), row))
        elif kind == "duplicate_within":
            written.append(row)
            flaws.append(Flaw(kind, len(written), None))
    for row in chance.sample(earlier, min(kinds["duplicate_between"], len(earlier))):
        written.append(row)
        flaws.append(Flaw("duplicate_between", len(written), None))
    return tuple(written), tuple(flaws)


def _choose(rows: Sequence[Sale], kinds: Counter[str], lore: Lore, chance: Random) -> dict[int, str]:
    """Which row gets which flaw; an old code only where the article has one, and no row two flaws."""
    free = [index for index, row in enumerate(rows) if int(row.quantity) > 0]
    chance.shuffle(free)
    chosen: dict[int, str] = {}
    for kind in sorted(kinds, key=lambda each: each != "product_old_code"):
        if kind == "duplicate_between":
            continue
        fit = [index for index in free if kind != "product_old_code" or rows[index].product in lore.former_codes]
        for index in fit[: kinds[kind]]:
            chosen[index] = kind
        free = [index for index in free if index not in chosen]
    return chosen


def count(rows: Sequence[Sale], flaws: Sequence[Flaw]) -> Counts:
    """What an import should find in these rows."""
    held = {flaw.position for flaw in flaws if OUTCOMES[flaw.kind] != "taken"}
    sound = [row for position, row in enumerate(rows, start=1) if position not in held]
    net: Counter[str] = Counter()
    for row in sound:
        net[row.currency] += row.net_amount or 0
    return Counts(len(rows), len(sound), dict(net), dict(Counter(flaw.kind for flaw in flaws)))


def _misspell_name(row: Sale, lore: Lore, chance: Random) -> Sale:
    return row._replace(partner_name=names.misspelt(row.partner_name, chance))


def _misspell_partner(row: Sale, lore: Lore, chance: Random) -> Sale:
    return row._replace(partner="", partner_name=names.misspelt(row.partner_name, chance))


def _unknown_partner(row: Sale, lore: Lore, chance: Random) -> Sale:
    return row._replace(partner=f"N99{chance.randrange(100, 1000)}", partner_name=chance.choice(lore.strangers))


def _untidy_product(row: Sale, lore: Lore, chance: Random) -> Sale:
    code = row.product
    return row._replace(
        product=chance.choice((code.lower(), f" {code} ", code.replace("-", " "), code.replace("-", "")))
    )


def _old_product(row: Sale, lore: Lore, chance: Random) -> Sale:
    return row._replace(product=lore.former_codes[row.product])


def _unknown_product(row: Sale, lore: Lore, chance: Random) -> Sale:
    prefix = row.product.split("-")[0]
    name = "Display stand" if chance.random() < 0.3 else row.product_name
    return row._replace(product=f"{prefix}-9{chance.randrange(10, 100)}", product_name=name)


def _no_amount(row: Sale, lore: Lore, chance: Random) -> Sale:
    return row._replace(net_amount=None, unit_price=None)


def _garbled_number(row: Sale, lore: Lore, chance: Random) -> Sale:
    return row._replace(quantity=chance.choice((f"{row.quantity} St.", f"{row.quantity}O", "?", "two", "#REF!")))


def _no_such_day(row: Sale, lore: Lore, chance: Random) -> Sale:
    year = row.sold_on.year if isinstance(row.sold_on, date) else 0
    return row._replace(sold_on=chance.choice((f"{year}-02-30", f"31.11.{year}", f"{year}-13-05", "00.00.0000")))


SPOILERS: Mapping[str, Callable[[Sale, Lore, Random], Sale]] = {
    "name_misspelt": _misspell_name,
    "partner_misspelt": _misspell_partner,
    "partner_unknown": _unknown_partner,
    "product_untidy": _untidy_product,
    "product_old_code": _old_product,
    "product_unknown": _unknown_product,
    "amount_missing": _no_amount,
    "bad_number": _garbled_number,
    "impossible_date": _no_such_day,
}
