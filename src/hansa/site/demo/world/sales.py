"""What truly happened: three years of sales lines, as big as they are uneven."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from hansa.site.demo.world import customers
from hansa.site.demo.world.companies import BRUMEVAL, DISTRIBUTOR_ISLES, VENDOR
from hansa.site.demo.world.memberships import SHOP, VALUE_ADDED, WAREHOUSE, Member
from hansa.site.demo.world.months import days_in
from hansa.site.demo.world.places import CURRENCIES
from hansa.site.demo.world.records import Product, Sale, Standing
from hansa.site.demo.world.streams import stream

LINES = 60_000
RETURNS = 0.02
YEARLY_GROWTH = 1.05
# Sizes follow (-ln u)^1.36 over the ranks u: with the noise of the lines a tenth of the sellers sells 43 in a hundred.
UNEVENNESS = 1.36
IN_NUMBER = 0.55
SEASON = (0.62, 0.8, 1.2, 1.42, 1.5, 1.38, 1.18, 1.04, 0.92, 0.74, 0.58, 0.62)
SELF_REPORTS_FROM = 12
ORDER_LINES = 9

# Shares of lines by category for each type of reseller, and how many pieces an ordinary line has.
CATEGORIES = ("Bikes", "Components", "Clothing", "Accessories")
TASTE = {SHOP: (30, 28, 18, 24), VALUE_ADDED: (42, 34, 10, 14), WAREHOUSE: (28, 20, 26, 26)}
PIECES = {"Bikes": 1.6, "Components": 3.5, "Clothing": 5.0, "Accessories": 8.0}
DISCOUNTS = ((0, 0), (4, 2), (8, 4), (15, 7), (30, 10))


class Sold(NamedTuple):
    """A true line and who will report it."""

    sender: str
    sale: Sale


@dataclass(frozen=True, slots=True)
class Ground:
    """What sales need to know: the months, the articles by category, the prices, and the months reported unpriced."""

    months: Sequence[date]
    shelves: Mapping[str, tuple[tuple[Product, ...], tuple[float, ...]]]
    prices: Mapping[tuple[str, int], Mapping[str, int]]
    unpriced: frozenset[date]
    codes: Mapping[str, str]


class Order(NamedTuple):
    """One purchase before it has a number."""

    sender: str
    day: date
    lines: tuple[Sale, ...]


def make_sales(seed: int, members: Sequence[Member], ground: Ground) -> tuple[Sold, ...]:
    """Every line as it happened, ordered by sender, day and invoice."""
    sellers = [member for member in members if member.sells]
    weights = seller_weights(len(sellers))
    rhythm = _expected_lines(sellers, weights, ground.months)
    mean = sum(weight ** (1 - IN_NUMBER) for weight in weights) / len(weights)
    orders: list[Order] = []
    for member, weight, expected in zip(sellers, weights, rhythm, strict=True):
        chance = stream(seed, f"sales {member.membership.number}")
        orders += _orders(member, weight ** (1 - IN_NUMBER) / mean, expected, ground, chance)
    orders.sort(key=lambda order: (order.sender, order.day, order.lines[0].partner))
    return _numbered(orders, stream(seed, "invoices"))


def make_shelves(seed: int, products: Sequence[Product]) -> dict[str, tuple[tuple[Product, ...], tuple[float, ...]]]:
    """The articles of each category with cumulative popularity; a few sell ten times as often as others."""
    chance = stream(seed, "popularity")
    shelves = {}
    for category in CATEGORIES:
        shelf = tuple(product for product in products if product.category == category)
        shelves[category] = (shelf, tuple(accumulate(chance.lognormvariate(0, 0.7) for _ in shelf)))
    return shelves


def seller_weights(count: int) -> list[float]:
    """Relative sizes of `count` sellers, the largest first."""
    return [(-math.log((place + 0.5) / count)) ** UNEVENNESS for place in range(count)]


def _expected_lines(sellers: Sequence[Member], weights: Sequence[float], months: Sequence[date]) -> list[list[float]]:
    """Lines to expect per seller and month; nothing before joining and after leaving. Sums to the size of the world."""
    raw = []
    for member, weight in zip(sellers, weights, strict=True):
        row = []
        for index, month in enumerate(months):
            busy = SEASON[month.month - 1] * YEARLY_GROWTH ** (index / 12)
            row.append(weight**IN_NUMBER * busy if _trades_in(member, month) else 0.0)
        raw.append(row)
    scale = LINES / (1 + RETURNS) / sum(map(sum, raw))
    return [[value * scale for value in row] for row in raw]


def _trades_in(member: Member, month: date) -> bool:
    membership = member.membership
    begun = membership.joined_on is None or membership.joined_on <= month
    over = membership.state in ("ended", "suspended") and membership.state_since <= month
    return begun and not over


def _orders(member: Member, quantity: float, expected: Sequence[float], ground: Ground, chance: Random) -> list[Order]:
    """One seller's purchases and returns over all months."""
    trend = chance.uniform(0.86, 1.16)
    reps = customers.reps_of(member, chance)
    orders: list[Order] = []
    for index, month in enumerate(ground.months):
        wanted = expected[index] * trend ** ((index - len(ground.months) / 2) / 12)
        standing = member.membership.standing_on(month)
        if wanted == 0 or standing is None:
            continue
        size = max(2.0, min(ORDER_LINES, wanted))
        for _ in range(int(wanted / size + chance.random())):
            orders.append(_order(member, standing, index, size, quantity, reps, ground, chance))
    return orders + _returns(member, orders, ground, chance)


def _order(
    member: Member, standing: Standing, index: int, size: float, quantity: float, reps: Sequence[str],
    ground: Ground, chance: Random,
) -> Order:  # fmt: skip
    month = ground.months[index]
    organization = member.reseller.organization
    sender = standing.upstream or VENDOR
    if organization.key == BRUMEVAL and index >= SELF_REPORTS_FROM:
        sender = BRUMEVAL
    day = _weekday(month, chance.randrange(days_in(month)))
    currency = "GBP" if sender == DISTRIBUTOR_ISLES else CURRENCIES[organization.country]
    common = Sale(
        invoice="", invoice_line="", serial="", sold_on=day, partner=organization.code, partner_name=organization.name,
        product="", product_name="", quantity=0, net_amount=0, unit_price=0, currency=currency,
        distributor=ground.codes.get(standing.upstream or "", ""), country=organization.country,
        rep=chance.choice(reps) if reps and sender != DISTRIBUTOR_ISLES else "",
        territory=(standing.territory or "") if sender == VENDOR and chance.random() < 0.02 else "",
        end_customer=customers.end_customer(organization.country, standing.types, chance),
    )  # fmt: skip
    prices = ground.prices[currency, day.year]
    generous = not (sender == DISTRIBUTOR_ISLES and month in ground.unpriced)
    count = max(1, round(size * chance.uniform(0.5, 1.5)))
    picked = _picked(standing, count, ground, chance)
    return Order(sender, day, tuple(_line(common, product, quantity, prices, generous, chance) for product in picked))


def _weekday(month: date, offset: int) -> date:
    """The day of the month, a Sunday moved to a neighbour that is still in the month."""
    day = month + timedelta(days=offset)
    if day.weekday() == 6:
        return day + timedelta(days=-1 if day.day > 1 else 1)
    return day


def _picked(standing: Standing, count: int, ground: Ground, chance: Random) -> list[Product]:
    taste = TASTE[standing.types[0]]
    found: dict[str, Product] = {}
    for category in chance.choices(CATEGORIES, weights=taste, k=count):
        shelf, popularity = ground.shelves[category]
        product = chance.choices(shelf, cum_weights=popularity)[0]
        found[product.code] = product
    return list(found.values())


def _line(
    common: Sale, product: Product, size: float, prices: Mapping[str, int], generous: bool, chance: Random
) -> Sale:
    pieces = max(1, round(chance.gammavariate(2.2, PIECES[product.category] * size / 2.2)))
    discount = 0
    if generous:
        discount = next(share for least, share in reversed(DISCOUNTS) if pieces >= least)
    price = prices[product.code] * (100 - discount) // 100
    serial = f"SN{chance.randrange(16**8):08X}" if product.serial and pieces == 1 else ""
    return common._replace(
        product=product.code, product_name=product.name, quantity=pieces, unit_price=price, net_amount=price * pieces,
        serial=serial,
    )  # fmt: skip


def _returns(member: Member, orders: Sequence[Order], ground: Ground, chance: Random) -> list[Order]:
    """Credit notes: about one line in fifty comes back within seven weeks, some or all of it."""
    last = ground.months[-1] + timedelta(days=days_in(ground.months[-1]) - 1)
    notes = []
    for order in orders:
        for line in order.lines:
            day = order.day + timedelta(days=chance.randrange(4, 50))
            same_books = member.membership.standing_on(order.day) == member.membership.standing_on(day)
            if chance.random() >= RETURNS * 1.08 or day > last or not same_books:
                continue
            price = line.unit_price or 0
            if order.sender == DISTRIBUTOR_ISLES and day.replace(day=1) in ground.unpriced:
                price = ground.prices[line.currency, day.year][line.product]
            notes.append(Order(order.sender, day, (_returned(line, day, price, chance),)))
    return notes


def _returned(line: Sale, day: date, price: int, chance: Random) -> Sale:
    pieces = min(int(line.quantity), chance.randrange(1, 4))
    return line._replace(sold_on=day, quantity=-pieces, unit_price=price, net_amount=-pieces * price)


def _numbered(orders: Sequence[Order], chance: Random) -> tuple[Sold, ...]:
    """Give each order its sender's next number; numbers skip what the sender sold to others."""
    marks = {VENDOR: "73{:07d}", DISTRIBUTOR_ISLES: "FX{:06d}", BRUMEVAL: "VB-{:06d}"}
    sold = []
    number, sender = 0, ""
    for order in orders:
        number = number + chance.randrange(1, 5) if order.sender == sender else 10_000
        sender = order.sender
        invoice = marks.get(sender, "RE-{:06d}").format(number)
        sold += [
            Sold(sender, line._replace(invoice=invoice, invoice_line=str(place)))
            for place, line in enumerate(order.lines, start=1)
        ]
    return tuple(sold)
