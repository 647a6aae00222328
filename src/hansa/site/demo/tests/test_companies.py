"""The companies, people, networks and memberships."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from stdnum import lei
from stdnum.ch import vat as swiss
from stdnum.de import vat as german
from stdnum.fr import tva as french
from stdnum.gb import vat as british
from stdnum.pl import nip as polish
from stdnum.se import vat as swedish

from hansa.site.demo.tests.reading import world
from hansa.site.demo.world import identifiers, names
from hansa.site.demo.world.memberships import TIERS
from hansa.site.demo.world.places import TERRITORIES, TOWNS, towns_of

CHECKS = {"CH": swiss, "DE": german, "FR": french, "GB": british, "PL": polish, "SE": swedish}


@pytest.mark.parametrize("country", sorted(CHECKS))
def test_vat_numbers_have_valid_check_digits(country: str) -> None:
    chance = Random(5)
    made = [identifiers.vat_number(country, chance) for _ in range(300)]
    assert all(CHECKS[country].is_valid(number) for number in made)
    assert len(set(made)) == 300


def test_leis_have_valid_check_digits() -> None:
    chance = Random(5)
    assert all(lei.is_valid(identifiers.lei(chance)) for _ in range(300))


def test_every_identifier_in_the_world_is_valid_and_held_once() -> None:
    held = [(scheme, value) for company in world().organizations for scheme, value in company.identifiers.items()]
    assert len(set(held)) == len(held)
    for company in world().organizations:
        known = company.identifiers
        assert "vat" not in known or CHECKS[company.country].is_valid(known["vat"])
        assert "lei" not in known or lei.is_valid(known["lei"])
        assert len(known.get("duns", "000000000")) == 9
    assert 440 <= sum(scheme == "vat" for scheme, _ in held) <= 530


def test_700_resellers_in_six_countries_and_ten_territories() -> None:
    resellers = [each for each in world().organizations if each.code.startswith("N")]
    assert Counter(each.country for each in resellers) == {
        "DE": 200, "FR": 140, "GB": 140, "PL": 80, "CH": 70, "SE": 70,
    }  # fmt: skip
    held = Counter(member.standings[-1].territory for member in world().memberships if member.number.startswith("N"))
    assert set(held) == set(TERRITORIES)
    assert min(held.values()) >= 30


def test_keys_and_codes_are_unique() -> None:
    keys = [each.key for each in world().organizations]
    codes = [each.code for each in world().organizations if each.code]
    assert (len(set(keys)), len(set(codes))) == (706, 702)
    numbers = [(member.network, member.number) for member in world().memberships]
    assert len(set(numbers)) == len(numbers)


def test_companies_entered_twice_share_house_and_telephone_and_are_listed() -> None:
    known = {each.key: each for each in world().organizations}
    assert len(world().duplicates) == world().planted["company_entered_twice"] == 6
    for first, second in world().duplicates:
        assert known[first].name != known[second].name
        assert (known[first].street, known[first].phone) == (known[second].street, known[second].phone)
        assert known[second].identifiers == {}
    twins = {second for _, second in world().duplicates}
    domains = [each.domain for each in world().organizations if each.key not in twins]
    assert len(set(domains)) == len(domains)


def test_two_companies_have_the_name_of_another_one() -> None:
    counted = Counter(each.name for each in world().organizations)
    assert sum(number - 1 for number in counted.values()) == world().planted["company_same_name"] == 2


def test_one_name_has_eighty_characters() -> None:
    assert max(len(each.name) for each in world().organizations) >= 80


def test_every_domain_is_reserved_for_examples() -> None:
    assert all(each.domain.endswith(".example") and each.domain.isascii() for each in world().organizations)
    assert all(person.email.endswith(".example") for person in world().persons)


def test_every_role_has_a_person() -> None:
    held = {(person.organization, role) for person in world().persons for role in person.roles}
    vendor = {role for organization, role in held if organization == "nordwind"}
    assert vendor == {"owner", "program_manager", "partner_manager", "finance", "auditor"}
    assert {key for key, role in held if role == "rep"} == {"kranichau", "fuchsklamm", "brumeval"}
    assert {("moewenstein", "principal"), ("foxmarrow", "principal")} <= held


def test_the_rivals_share_town_and_territory_but_not_their_supply() -> None:
    known = {each.key: each for each in world().organizations}
    held = {each.organization: each.standings[-1] for each in world().memberships if each.network == "nordwind"}
    assert known["kranichau"].city == known["fuchsklamm"].city == "Hamburg"
    assert held["kranichau"].territory == held["fuchsklamm"].territory == "Germany North"
    assert (held["kranichau"].upstream, held["fuchsklamm"].upstream) == (None, "moewenstein")
    assert (held["kranichau"].tier, held["fuchsklamm"].tier) == ("Gold", "Silver")


def test_all_four_kinds_of_network_exist_with_a_charter() -> None:
    kinds = {network.kind: network for network in world().networks}
    assert set(kinds) == {"vendor-driven", "distributor-organized", "peer-to-peer", "marketplace"}
    assert all(network.charter.startswith("# ") for network in world().networks)
    people = {person.email for person in world().persons}
    assert kinds["peer-to-peer"].operator is None
    assert len(kinds["peer-to-peer"].stewards) == 3
    assert set(kinds["peer-to-peer"].stewards) <= people


def test_members_are_invited_applied_active_suspended_and_ended() -> None:
    states = Counter(each.state for each in world().memberships if each.network == "nordwind")
    assert states == {"active": 660, "ended": 14, "invited": 12, "applied": 10, "suspended": 6}


def test_standings_follow_each_other_without_gap_or_overlap() -> None:
    for member in world().memberships:
        assert member.standings
        for earlier, later in zip(member.standings, member.standings[1:], strict=False):
            assert earlier.valid_until == later.valid_from
        starts = [each.valid_from or date.min for each in member.standings]
        assert starts == sorted(set(starts))


def test_history_changes_tiers_types_territories_and_supply() -> None:
    changed: Counter[str] = Counter()
    for member in world().memberships:
        for earlier, later in zip(member.standings, member.standings[1:], strict=False):
            for trait in ("types", "tier", "territory", "upstream"):
                changed[trait] += getattr(earlier, trait) != getattr(later, trait)
    assert changed["tier"] >= 60
    assert min(changed["types"], changed["territory"], changed["upstream"]) >= 5


def test_tiers_and_three_in_five_upstream() -> None:
    active = [each.standings[-1] for each in world().memberships if each.number.startswith("N")]
    tiers = Counter(standing.tier for standing in active)
    assert set(tiers) == set(TIERS)
    assert tiers["Registered"] > tiers["Silver"] > tiers["Gold"] > 20
    assert 0.55 <= sum(standing.upstream is not None for standing in active) / len(active) <= 0.65


def test_towns_belong_to_the_country_of_their_territory() -> None:
    assert len(towns_of("DE")) == len(TOWNS["Germany North"]) + len(TOWNS["Germany South"]) == 24


def test_a_misspelt_name_is_never_the_name() -> None:
    chance = Random(3)
    assert all(names.misspelt("Kranichau Radwerk", chance) != "Kranichau Radwerk" for _ in range(200))
    assert all(names.typo("Lille Ballon", chance) != "Lille Ballon" for _ in range(200))


def test_slugs_are_plain() -> None:
    assert names.slug("Żurawówka Dwa Koła") == "zurawowka-dwa-kola"
    assert names.slug("Vélo-Atelier d'Étoile", ".") == "velo.atelier.detoile"


def test_the_old_partner_list_has_nine_misspelt_types_and_seven_misspelt_names() -> None:
    import csv
    import io

    listed = world().partner_list
    rows = list(csv.DictReader(io.StringIO(listed.content.decode(), newline="")))
    known = {each.code: each for each in world().organizations}
    types = {"Specialist Shop", "Value Added Reseller", "Warehouse Store", "Value Added Reseller|Specialist Shop"}
    assert len(rows) == 664
    assert sum(row[listed.mapping["type"]] not in types for row in rows) == listed.misspelt_types == 9
    names_differ = sum(row[listed.mapping["name"]] != known[row[listed.mapping["code"]]].name for row in rows)
    assert names_differ == listed.misspelt_names == 7
