"""Who sells for a reseller and whom it sells to, where the sender knows."""

from __future__ import annotations

from functools import cache
from random import Random

from hansa.site.demo.world import names
from hansa.site.demo.world.companies import BRUMEVAL, FUCHSKLAMM, KRANICHAU
from hansa.site.demo.world.memberships import VALUE_ADDED, Member
from hansa.site.demo.world.streams import stream

_FLEETS = {
    "DE": "Stadtwerke {};{} Kurierdienst GmbH;Klinikum {};Postrad {}",
    "FR": "Mairie de {};{} Livraison SAS;Hôpital de {}",
    "GB": "{} Borough Council;{} Parcels Ltd;University of {}",
    "CH": "Gemeinde {};{} Kurier AG",
    "SE": "{} kommun;{} Bud AB",
    "PL": "Gmina {};{} Kurier sp. z o.o.",
}
_FEATURED_REPS = {KRANICHAU: "rolf.rep", FUCHSKLAMM: "rena.rep", BRUMEVAL: "remi.rep"}
CUSTOMER_SHARE = 0.14


def reps_of(member: Member, chance: Random) -> tuple[str, ...]:
    """Mail addresses of the people who sell there; empty where the reseller has registered nobody."""
    organization = member.reseller.organization
    featured = _FEATURED_REPS.get(organization.key)
    if featured is None and chance.random() < 0.45:
        return ()
    people = [names.person_name(organization.country, chance) for _ in range(chance.randrange(1, 4))]
    boxes = [names.slug(person, ".") for person in people]
    return tuple(f"{box}@{organization.domain}" for box in ([featured, boxes[0]] if featured else boxes))


def end_customer(country: str, types: tuple[str, ...], chance: Random) -> str:
    """A town or company that buys a fleet, for some purchases of value added resellers; else empty."""
    if VALUE_ADDED not in types or chance.random() >= CUSTOMER_SHARE:
        return ""
    return chance.choice(_fleets(country))


@cache
def _fleets(country: str) -> tuple[str, ...]:
    """Sixty customers of a country, the same in every world."""
    chance = stream(0, f"fleets {country}")
    forms = _FLEETS[country].split(";")
    return tuple(chance.choice(forms).format(place) for place in names.place_names(country, chance)[:60])
