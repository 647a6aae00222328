"""The vendor's old spreadsheet of its partners, kept by hand for years and looking like it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from hansa.site.demo.world import names
from hansa.site.demo.world.memberships import Member
from hansa.site.demo.world.records import PartnerList
from hansa.site.demo.world.reports import MISSPELT_TYPES
from hansa.site.demo.world.streams import stream

HEADERS = {
    "code": "Number", "name": "Company", "type": "Business type", "street": "Street", "postcode": "Post code",
    "city": "Town", "country": "Country", "territory": "Area", "tier": "Level", "upstream": "Supplied by",
    "phone": "Telephone", "domain": "Web",
}  # fmt: skip
MISSPELT_TYPE_COUNT, MISSPELT_NAME_COUNT = 9, 7


def make_partner_list(seed: int, members: Sequence[Member]) -> PartnerList:
    """A CSV with one row per reseller in force; nine types and seven names are misspelt."""
    chance = stream(seed, "partner list")
    listed = [member for member in members if member.membership.state in ("active", "suspended")]
    wrong = chance.sample(range(len(listed)), MISSPELT_TYPE_COUNT + MISSPELT_NAME_COUNT)
    types, named = set(wrong[:MISSPELT_TYPE_COUNT]), set(wrong[MISSPELT_TYPE_COUNT:])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADERS.values())
    for place, member in enumerate(listed):
        row = _row(member)
        if place in types:
            row["type"] = chance.choice(MISSPELT_TYPES[row["type"].split("|")[0]])
        if place in named:
            row["name"] = names.misspelt(row["name"], chance)
        writer.writerow([row[key] for key in HEADERS])
    content = out.getvalue().encode()
    return PartnerList("partners_old_list.csv", content, HEADERS, MISSPELT_TYPE_COUNT, MISSPELT_NAME_COUNT)


def _row(member: Member) -> dict[str, str]:
    standing = member.membership.standings[-1]
    company = member.reseller.organization
    return {
        "code": company.code,
        "name": company.name,
        "type": "|".join(standing.types),
        "street": company.street,
        "postcode": company.postcode,
        "city": company.city,
        "country": company.country,
        "territory": standing.territory or "",
        "tier": standing.tier or "",
        "upstream": standing.upstream or "",
        "phone": company.phone,
        "domain": company.domain,
    }
