"""A page on what is in a world."""

from __future__ import annotations

from collections import Counter

from hansa.site.demo.world.records import DEMO_PASSWORD, World


def describe(world: World) -> str:
    """One page of plain text: who is there, what was sold and reported, what is wrong with it, and who signs in."""
    parts = [
        f"The world of seed {world.seed} on {world.today:%d %B %Y}: "
        f"{world.months[0]:%B %Y} to {world.months[-1]:%B %Y}.",
        _companies(world),
        _range(world),
        _reports(world),
        _flaws(world),
        _people(world),
    ]
    return "\n\n".join(parts) + "\n"


def _companies(world: World) -> str:
    lines = [f"{len(world.organizations):,} organizations, {len(world.memberships):,} memberships:"]
    for network in world.networks:
        members = [member for member in world.memberships if member.network == network.slug]
        states = ", ".join(f"{count} {state}" for state, count in Counter(each.state for each in members).most_common())
        lines.append(f"  {network.name} ({network.kind}): {states}")
    countries = Counter(organization.country for organization in world.organizations)
    lines.append("  " + ", ".join(f"{country} {count}" for country, count in countries.most_common()))
    return "\n".join(lines)


def _range(world: World) -> str:
    categories = Counter(product.category for product in world.products)
    shelf = ", ".join(f"{count} {category}" for category, count in categories.items())
    currencies = sorted({each.currency for each in world.price_lists})
    versions = ", ".join(version.label for program in world.programs for version in program.versions)
    return (
        f"{len(world.products)} products ({shelf}); {len(world.price_lists)} price lists in {', '.join(currencies)}; "
        f"program versions {versions} and a draft."
    )


def _reports(world: World) -> str:
    formats = Counter(report.format for report in world.reports)
    listed = ", ".join(f"{count} {each}" for each, count in formats.most_common())
    totals: Counter[str] = Counter()
    for sale in world.sales:
        totals[sale.currency] += sale.net_amount or 0
    money = ", ".join(f"{minor / 100:,.2f} {currency}" for currency, minor in sorted(totals.items()))
    return f"{len(world.sales):,} sales lines ({money}) in {len(world.reports)} reports: {listed}."


def _flaws(world: World) -> str:
    return "Planted: " + ", ".join(f"{kind} {count}" for kind, count in world.planted.items()) + "."


def _people(world: World) -> str:
    known = {organization.key: organization.name for organization in world.organizations}
    lines = [f"Everybody signs in with {DEMO_PASSWORD}:"]
    lines += [
        f"  {person.email:<42} {', '.join(person.roles)} at {known[person.organization]}" for person in world.persons
    ]
    return "\n".join(lines)
