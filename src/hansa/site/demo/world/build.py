"""Puts a world together, each part from what stands above it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hansa.site.demo.world import names
from hansa.site.demo.world.companies import NAMESAKES, SAME_NAMES, Companies, make_companies
from hansa.site.demo.world.flaws import Lore
from hansa.site.demo.world.layouts import UNPRICED_MONTHS
from hansa.site.demo.world.memberships import Member, distributor_memberships, make_members
from hansa.site.demo.world.months import months_ending_before
from hansa.site.demo.world.networks import make_networks, make_persons, small_memberships
from hansa.site.demo.world.partner_list import make_partner_list
from hansa.site.demo.world.prices import make_price_lists, make_rates_csv, prices_by_year
from hansa.site.demo.world.products import make_classifications, make_products
from hansa.site.demo.world.programs import make_programs
from hansa.site.demo.world.records import PriceList, Product, Report, World
from hansa.site.demo.world.reports import Extras, make_reports, planted
from hansa.site.demo.world.sales import Ground, Sold, make_sales, make_shelves
from hansa.site.demo.world.streams import stream

DEMO_SEED = 1369
MONTHS = 36


def build(seed: int, today: date) -> World:
    """The whole world as of `today`: 36 months of sales, the newest being last month.

    Reports write their bytes when `content` is first read; all else is there when this returns.
    """
    months = months_ending_before(today, MONTHS)
    companies = make_companies(seed)
    members = make_members(seed, companies, months)
    products = make_products(seed)
    price_lists = make_price_lists(products, months[0].year, today.year)
    sold = make_sales(seed, members, _ground(seed, companies, months, products, price_lists))
    reports = _reports(seed, today, months, sold, members, products)
    persons = make_persons(companies)
    own = tuple(member.membership for member in members)
    return World(
        seed=seed,
        today=today,
        months=months,
        organizations=companies.organizations,
        persons=persons,
        networks=make_networks(persons),
        memberships=(*distributor_memberships(companies, months), *own, *small_memberships(members, months)),
        products=products,
        classifications=make_classifications(products, months[-1].year),
        price_lists=price_lists,
        rates_csv=make_rates_csv(seed, months[0], today),
        programs=make_programs(months[-1], today),
        sales=tuple(line.sale for line in sold),
        reports=reports,
        partner_list=make_partner_list(seed, members),
        duplicates=companies.duplicates,
        planted=planted(reports) | _planted_companies(companies),
    )


def _ground(
    seed: int, companies: Companies, months: Sequence[date], products: Sequence[Product], lists: Sequence[PriceList]
) -> Ground:
    return Ground(
        months=months,
        shelves=make_shelves(seed, products),
        prices=prices_by_year(lists),
        unpriced=frozenset(months[place] for place in UNPRICED_MONTHS),
        codes={organization.key: organization.code for organization in companies.organizations},
    )


def _reports(
    seed: int, today: date, months: Sequence[date], sold: Sequence[Sold], members: Sequence[Member],
    products: Sequence[Product],
) -> tuple[Report, ...]:  # fmt: skip
    known = {member.reseller.organization.name for member in members}
    strangers = names.shop_names("GB", 190, stream(seed, "strangers"))
    lore = Lore(
        former_codes={product.code: product.former_code for product in products if product.former_code},
        strangers=tuple(name for name in strangers if name not in known)[:40],
    )
    extras = Extras(
        types={member.membership.number: member.membership.standings[-1].types[0] for member in members},
        costs={product.code: product.price * 62 // 100 for product in products},
    )
    return make_reports(seed, today, months, sold, lore, extras)


def _planted_companies(companies: Companies) -> dict[str, int]:
    return {
        "company_entered_twice": len(companies.duplicates),
        "company_near_namesake": NAMESAKES,
        "company_same_name": SAME_NAMES,
    }
