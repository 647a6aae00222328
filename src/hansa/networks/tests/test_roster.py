from datetime import date

import pytest

from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting
from hansa.networks.operations.membership import Role
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.operations.roster_file import preview_roster, take_roster
from hansa.networks.tests.story import NOW

GOOD = b"number,name,type,tier,supplied by\nN1,Neurad,Shop,Gold,Fjord Trading\nN2,Altrad,Shop,Silver,N1\nK1,Kranich,Shop,,\n"


def entry(number="N1", **changes):
    values = {"number": number, "name": "Neurad", "roles": (Dated(Role(("Shop",)), date(2026, 1, 1)),)}
    return Entry(**{**values, **changes})


def take(story, content, **more):
    with acting(story.scope("anna")):
        return take_roster(network=story.network, content=content, file="list.csv", at=NOW, **more)


def test_a_list_is_taken_and_its_members_are_left_out(story):
    assert [member.number for member in take(story, GOOD)] == ["N1", "N2"]
    assert story.events()[-1] == "networks.roster.taken"


def test_the_same_list_again_adds_nothing(story):
    take(story, GOOD)
    before = story.state()

    assert take(story, GOOD) == []
    assert story.state() == before


def test_distributors_are_named_by_number_or_name(story):
    with acting(story.scope("anna")):
        preview = preview_roster(network=story.network, content=GOOD, file="list.csv")

    assert [each.roles[0].upstream for each in preview.entries] == ["D1", "N1"]
    assert (preview.already, preview.problems) == (1, [])


def test_one_wrong_row_and_nothing_is_taken(story):
    before = story.state()

    with pytest.raises(Unprocessable) as refusal:
        take(story, b"number,name,type,supplied by\nN1,Neurad,Shop,\nN1,Altrad,Shop,\nN3,,Shop,nobody\n")

    places = [(p.file, p.row, p.column) for p in refusal.value.problems]
    assert places == [("list.csv", 3, "number"), ("list.csv", 4, "distributor"), ("list.csv", 4, "name")]
    assert story.state() == before


def test_misspelt_words_are_shown_with_what_the_network_uses(story):
    content = b"number,name,type,tier\nN1,Neurad,Shp,Gould\n"
    with acting(story.scope("anna")):
        preview = preview_roster(network=story.network, content=content, file="l")

    assert [(u.kind, u.word, u.nearest) for u in preview.unknown] == [
        ("tier", "Gould", "Gold"),
        ("types", "Shp", "Shop"),
    ]
    meant = {("types", "Shp"): "Shop", ("tier", "Gould"): "Gold"}
    (made,) = take(story, content, spellings=meant)
    with acting(story.scope("anna")):
        standing = made.standings.get()
    assert (standing.types, standing.tier) == (["Shop"], "Gold")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"number": "K1"}, "number"),
        ({"name": " "}, "name"),
        ({"country": "Germany"}, "country"),
        ({"website": "not an address"}, "website"),
        ({"identifiers": (("VAT", "DE1"),)}, "VAT"),
        ({"state": "ASLEEP"}, "state"),
        ({"roles": (Dated(Role(())),)}, "types"),
        ({"roles": (Dated(Role(("A",)), None, None, "X9"),)}, "distributor"),
        ({"roles": (Dated(Role(("A",)), None, None, "N1"),)}, "distributor"),
        ({"roles": (Dated(Role(("A",))), Dated(Role(("B",)), date(2026, 1, 1)))}, "since"),
    ],
)
def test_each_field_of_a_list_is_checked(story, changes, column):
    before = story.state()

    with pytest.raises(Unprocessable) as refusal, acting(story.scope("anna")):
        admit_members(network=story.network, entries=[entry(**changes)], at=NOW)

    assert {(problem.row, problem.column) for problem in refusal.value.problems} == {(2, column)}
    assert story.state() == before


@pytest.mark.parametrize(
    ("who", "failure"), [("aron", NotAllowed), ("dina", NotFound), ("pia", NotFound), ("otto", NotFound)]
)
def test_only_the_operators_managers_take_a_list(story, who, failure):
    before = story.state()

    for attempt in (
        lambda: admit_members(network=story.network, entries=[entry()], at=NOW),
        lambda: preview_roster(network=story.network, content=GOOD, file="l"),
        lambda: take_roster(network=story.network, content=GOOD, file="l", at=NOW),
    ):
        with pytest.raises(failure), acting(story.scope(who)):
            attempt()

    assert story.state() == before
