"""When business hours run for a partner: the program's hours in its country, public holidays aside.

Holidays are those of the library `holidays` (public ones, with the days on which they are observed): data for the rules,
which take them as a set of days. What was decided by them is stored as an instant, so that another release of the
library never changes a past decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import holidays

from hansa.deals.rules import Calendar, calendar_of
from hansa.organizations.models import Organization
from hansa.programs.engagement import BusinessHours

WEEKS = 50
"""In which a year's business days are thought to lie: fewer than there are, so that a year too many is looked up."""


def calendar_for(organization: Organization, hours: BusinessHours, *, start: datetime, count: int) -> Calendar:
    """The calendar of an organization's country, and of its region where that is known, for `count` hours from `start`."""
    a_week = len(hours.days) * max(hours.closes.hour - hours.opens.hour, 1)
    years = count // (a_week * WEEKS) + 2
    return calendar_over(organization.country, organization.region, hours, range(start.year, start.year + years))


def calendar_over(country: str, region: str, hours: BusinessHours, years: Iterable[int]) -> Calendar:
    """The calendar of a country and region with the holidays of some years."""
    return calendar_of(country, hours, frozenset().union(*(holidays_in(country, region, year) for year in years)))


@lru_cache(maxsize=1024)
def holidays_in(country: str, region: str, year: int) -> frozenset[date]:
    """Public holidays of a country in a year: with those of a region by its ISO 3166-2 code or name, else national ones.

    >>> date(2026, 10, 3) in holidays_in("DE", "", 2026), date(2026, 1, 6) in holidays_in("DE", "Bayern", 2026)
    (True, True)
    """
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return frozenset()
    wanted = region.strip().casefold().removeprefix(f"{country.casefold()}-")
    regions = {code.casefold(): code for code in known[country]}
    named = holidays.country_holidays(country).get_subdivision_aliases()
    regions |= {alias.casefold(): code for code, aliases in named.items() for alias in aliases}
    return frozenset(holidays.country_holidays(country, subdiv=regions.get(wanted), years=[year]))
