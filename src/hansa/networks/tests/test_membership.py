from datetime import date

import pytest

from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.networks.operations.founding import create_network, edit_network, elect_steward
from hansa.networks.operations.inviting import invite_company
from hansa.networks.operations.membership import (
    MoveRefused,
    Role,
    apply_for_membership,
    invite_member,
    move_membership,
    set_standing,
)
from hansa.networks.queries import (
    Wanted,
    choices_of,
    companies_like,
    duplicates_in,
    network_by_slug,
    own_membership,
    partners,
    standings_of,
)
from hansa.networks.tests.story import NOW, TODAY, invited, moved
from hansa.organizations.models import Organization

APRIL = date(2026, 4, 1)


def found(story, who="otto", **changes):
    values = {"slug": "ring", "name": "Ring", "kind": "PEER", "currency": "EUR"}
    with acting(story.scope(who)):
        return create_network(at=NOW, **{**values, **changes})


@pytest.mark.parametrize("kind", ["VENDOR", "DISTRIBUTOR", "PEER", "MARKETPLACE"])
def test_a_network_of_each_kind_is_founded_and_run(story, kind):
    network = found(story, kind=kind)

    assert (network.operator_id is None) == (kind == "PEER")
    assert network.id in story.scope("otto").operates
    assert story.events()[-1] == "networks.network.founded"


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"slug": "nordwind"}, "slug"),
        ({"slug": "No Slug"}, "slug"),
        ({"kind": "CLUB"}, "kind"),
        ({"currency": "EURO"}, "currency"),
        ({"accent": "pink"}, "accent"),
        ({"name": " "}, "name"),
        ({"charter": "x" * 50_001}, "charter"),
    ],
)
def test_a_network_is_not_founded_with_a_wrong_field(story, changes, column):
    before = story.state()

    with pytest.raises(Unprocessable) as refusal:
        found(story, **changes)

    assert [problem.column for problem in refusal.value.problems] == [column]
    assert story.state() == before


def test_the_operator_edits_name_charter_and_colour(story):
    with acting(story.scope("anna")):
        edit_network(network=story.network, name="Nordwind", charter="# New", accent="moss", at=NOW)
        edit_network(network=story.network, name="Nordwind", charter="# New", accent="moss", at=NOW)

        assert network_by_slug("nordwind").accent == "moss"
    assert story.events().count("networks.network.edited") == 1


def test_a_new_company_is_recorded_and_invited(story):
    with acting(story.scope("anna")):
        made = invite_company(
            network=story.network,
            number=" N7 ",
            role=Role(("Shop",), "Gold", "North", story.companies["fjord"].id),
            since=APRIL,
            values={"name": "Neurad", "country": "DE"},
            identifiers=[("DOMAIN", "www.neurad.example.com")],
            at=NOW,
        )

        assert (made.state, made.number, made.organization.custodian_id) == (
            "INVITED",
            "N7",
            story.companies["vendor"].id,
        )
        (standing,) = standings_of(made)
    assert (standing.types, standing.tier, standing.valid_from) == (["Shop"], "Gold", APRIL)
    assert story.events()[-2:] == ["organizations.organization.created", "networks.membership.invited"]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"number": "K1"}, "number"),
        ({"number": " "}, "number"),
        ({"role": Role(())}, "types"),
        ({"role": Role(("Shop",), tier="x" * 61)}, "tier"),
        ({"organization_code": "nosuchcode"}, "organization"),
        ({"values": {"name": "", "country": "DE"}}, "name"),
        ({"identifiers": [("VAT", "DE1")]}, "VAT"),
    ],
)
def test_a_wrong_invitation_leaves_nothing_behind(story, changes, column):
    values = {"number": "N7", "role": Role(("Shop",)), "values": {"name": "Neurad"}}
    before = story.state()

    with pytest.raises(Unprocessable) as refusal, acting(story.scope("anna")):
        invite_company(network=story.network, at=NOW, **{**values, **changes})

    assert [problem.column for problem in refusal.value.problems] == [column]
    assert story.state() == before


def test_a_stranger_is_never_named_as_distributor(story):
    before = story.state()
    for upstream in (story.companies["outsider"].id, story.companies["kranich"].id):
        role = Role(("Shop",), upstream_id=upstream)
        with pytest.raises(Unprocessable), acting(story.scope("anna")):
            set_standing(membership=story.member("kranich"), role=role, since=APRIL, at=NOW)

    assert story.state() == before


def test_nobody_is_a_member_twice(story):
    with pytest.raises(NotPossibleNow), acting(story.scope("anna")):
        invite_member(
            network=story.network, organization=story.companies["fuchs"], number="X", role=Role(("Shop",)), at=NOW
        )


def test_the_invited_company_accepts_and_leaves(story):
    membership = invited(story)

    assert moved(story, "otto", membership, "ACTIVE").state == "ACTIVE"
    assert moved(story, "otto", membership, "ENDED", "We sell no more bicycles.").state_reason.startswith("We sell")
    assert story.events()[-2:] == ["networks.membership.moved"] * 2
    with acting(story.scope("otto")):
        assert own_membership(story.network.id).state == "ENDED"


def test_the_operator_does_not_accept_for_a_company_with_people(story):
    membership = invited(story)
    before = story.state()

    with pytest.raises(NotAllowed):
        moved(story, "anna", membership, "ACTIVE")

    assert story.state() == before


def test_the_operator_answers_for_a_company_in_its_care(story):
    with acting(story.scope("anna")):
        made = invite_company(
            network=story.network, number="N7", role=Role(("Shop",)), values={"name": "Neurad"}, at=NOW
        )

    assert moved(story, "anna", made, "ACTIVE").state == "ACTIVE"


@pytest.mark.parametrize(
    ("who", "state", "reason", "failure"),
    [
        ("anna", "SUSPENDED", "", Unprocessable),
        ("anna", "SUSPENDED", "x" * 301, Unprocessable),
        ("anna", "INVITED", "", MoveRefused),
        ("anna", "NOWHERE", "", MoveRefused),
        ("aron", "SUSPENDED", "Late reports.", NotAllowed),
        ("pia", "SUSPENDED", "Holiday.", NotAllowed),
        ("rolf", "ENDED", "I quit.", NotAllowed),
        ("dina", "ENDED", "Never paid.", NotFound),
        ("frido", "ENDED", "A rival.", NotFound),
        ("otto", "ENDED", "Me too.", NotFound),
    ],
)
def test_a_wrong_step_changes_nothing(story, who, state, reason, failure):
    before = story.state()

    with pytest.raises(failure):
        moved(story, who, story.member("kranich"), state, reason)

    assert story.state() == before


def test_a_standing_keeps_what_was_before(story):
    with acting(story.scope("anna")):
        role = Role(("Shop",), "Gold", "North", story.companies["fjord"].id, "Earned it.")
        set_standing(membership=story.member("kranich"), role=role, since=APRIL, at=NOW)

    rows = [(row.tier, row.valid_from, row.valid_until) for row in story.standings("kranich")]
    assert rows == [("Silver", date(2025, 1, 1), APRIL), ("Gold", APRIL, None)]


@pytest.mark.parametrize(
    ("who", "failure"),
    [("aron", NotAllowed), ("dina", NotFound), ("pia", NotFound), ("frido", NotFound), ("otto", NotFound)],
)
def test_only_the_operators_managers_write(story, who, failure):
    before, member, outsider = story.state(), story.member("kranich"), story.companies["outsider"]
    attempts = [
        lambda: set_standing(membership=member, role=Role(("Shop",), "Gold"), since=APRIL, at=NOW),
        lambda: invite_member(network=story.network, organization=outsider, number="X1", role=Role(("Shop",)), at=NOW),
        lambda: invite_company(network=story.network, number="X1", role=Role(("Shop",)), values={"name": "X"}, at=NOW),
        lambda: edit_network(network=story.network, name="Mine", charter="", accent="moss", at=NOW),
        lambda: elect_steward(network=story.network, organization=outsider, at=NOW),
    ]

    for attempt in attempts:
        with pytest.raises(failure), acting(story.scope(who)):
            attempt()

    assert story.state() == before


def test_anybody_applies_to_an_open_network_and_its_steward_decides(story):
    network = found(story, slug="ring", kind="PEER")
    with acting(story.scope("frido")):
        made = apply_for_membership(slug="ring", message="We repair.", at=NOW)
        assert own_membership(network.id).state == "APPLIED"

    with acting(story.scope("otto")):
        assert Organization.objects.filter(id=story.companies["fuchs"].id).exists()
    assert moved(story, "otto", made, "ACTIVE").state == "ACTIVE"
    with acting(story.scope("otto")):
        elect_steward(network=network, organization=story.companies["fuchs"], at=NOW)
    assert network.id in story.scope("frido").operates


def test_a_closed_network_is_as_unknown_as_none(story):
    before = story.state()
    for slug in ("nordwind", "nosuch"):
        with pytest.raises(NotFound), acting(story.scope("otto")):
            apply_for_membership(slug=slug, at=NOW)
    with pytest.raises(NotAllowed), acting(story.scope("rolf")):
        apply_for_membership(slug="nordwind", at=NOW)
    assert story.state() == before


def test_only_an_active_member_becomes_a_steward(story):
    network = found(story)
    with pytest.raises(Unprocessable), acting(story.scope("otto")):
        elect_steward(network=network, organization=story.companies["outsider"], at=NOW)


@pytest.mark.parametrize(
    ("who", "numbers"),
    [("anna", ["D1", "F1", "K1"]), ("dina", ["D1", "K1"]), ("pia", ["K1"]), ("frido", ["F1"]), ("otto", [])],
)
def test_each_sees_its_own_part_of_the_partners(story, who, numbers):
    with acting(story.scope(who)):
        rows = partners(story.network, Wanted(), day=TODAY)

        assert sorted(rows.values_list("number", flat=True)) == numbers
        assert Membership.objects.count() == len(numbers)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"q": "kranich"}, ["K1"]),
        ({"q": "f1"}, ["F1"]),
        ({"type": "Shop"}, ["F1", "K1"]),
        ({"tier": "Gold"}, ["F1"]),
        ({"territory": "North"}, ["K1"]),
        ({"upstream": "D1"}, ["K1"]),
        ({"state": "SUSPENDED"}, []),
        ({"type": "Shop", "tier": "Silver", "territory": "North", "state": "ACTIVE"}, ["K1"]),
    ],
)
def test_partners_are_filtered(story, wanted, numbers):
    with acting(story.scope("anna")):
        rows = partners(story.network, Wanted(**wanted), day=TODAY)

        assert sorted(rows.values_list("number", flat=True)) == numbers


def test_the_choices_of_a_distributor_do_not_name_its_rivals(story):
    with acting(story.scope("dina")):
        choices = choices_of(story.network, day=TODAY)

    assert (choices.tiers, choices.territories) == (["Silver"], ["North"])


def test_members_that_look_like_one_company_are_noticed(story):
    with acting(story.scope("anna")):
        for number, name in (("N1", "Neurad GmbH"), ("N2", "NEURAD")):
            invite_company(
                network=story.network,
                number=number,
                role=Role(("Shop",)),
                values={"name": name, "country": "DE"},
                at=NOW,
            )
        pairs = duplicates_in(story.network)
        likely = companies_like(name="Neurad AG", country="DE", identifiers=[("VAT", "nonsense")])

    assert [(pair.first.number, pair.second.number) for pair in pairs] == [("N1", "N2")]
    assert [likeness.company.name for likeness in likely] == ["NEURAD", "Neurad GmbH"]


@pytest.mark.django_db(transaction=True)
def test_the_chain_holds_every_event_of_a_membership():
    from hansa.activity.queries import verify_chain
    from hansa.networks.tests.story import tell

    story = tell()
    with acting(system("walking the chain")):
        links, faults = verify_chain(story.network.id)

    assert (links, faults) == (2, [])


def test_a_suspended_membership_moves_back(story):
    moved(story, "anna", story.member("kranich"), "SUSPENDED", "Late reports.")
    with acting(story.scope("anna")):
        move_membership(membership=story.member("kranich"), state="ACTIVE", at=NOW)

    assert (story.member("kranich").state, story.member("kranich").state_reason) == ("ACTIVE", "")
