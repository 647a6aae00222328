import pytest

from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system
from hansa.organizations.models import Affiliation, Identifier, Organization
from hansa.organizations.operations import create_first_owner, create_organization, edit_organization, set_identifiers
from hansa.organizations.tests.story import NOW, PASSWORD
from hansa.people.models import Person

VAT = "DE136695976"


def identifiers_of(organization):
    with acting(system("test")):
        found = Identifier.objects.filter(organization=organization)
        return sorted(found.values_list("scheme", "value"))


def test_an_operator_records_a_partner_in_its_care(story, happened):
    with acting(story.scope("milo")):
        recorded = create_organization(
            at=NOW, values={"name": " Radhaus ", "country": "at"}, identifiers=[("DUNS", "15-048-3782")]
        )
        seen = Organization.objects.get(name="Radhaus")

    assert (seen.country, seen.custodian_id, recorded.duplicates) == ("AT", story.nordwind.id, ())
    assert identifiers_of(seen) == [("DUNS", "150483782")]
    assert happened() == [
        ("organizations.organization.created", {"custodian": str(story.nordwind.id), "identifiers": 1})
    ]


def test_a_rep_records_no_partner(story, happened):
    with acting(story.scope("rita")), pytest.raises(NotAllowed):
        create_organization(at=NOW, values={"name": "Radhaus"})

    with acting(system("test")):
        assert Organization.objects.count() == 2
    assert happened() == []


def test_a_likely_duplicate_is_named_and_prevents_nothing(story):
    with acting(story.scope("milo")):
        first = create_organization(at=NOW, values={"name": "Radhaus GmbH"}, identifiers=[("VAT", VAT)])
        second = create_organization(at=NOW, values={"name": "RADHAUS"}, identifiers=[("VAT", "DE 136 695 976")])

    assert [likeness.company.id for likeness in second.duplicates] == [first.organization.id]
    assert second.duplicates[0].reasons == (
        "same VAT number DE136695976",
        "name differs only in spelling or legal form: “Radhaus GmbH”",
    )


def test_a_duplicate_that_the_asker_may_not_see_is_not_betrayed(story):
    with acting(story.scope("milo")):
        set_identifiers_of_care = create_organization(at=NOW, values={"name": "Radhaus"}, identifiers=[("VAT", VAT)])
    with acting(story.scope("oskar")):
        recorded = create_organization(at=NOW, values={"name": "Radhaus"}, identifiers=[("VAT", VAT)])
        alone = create_organization(at=NOW, values={"name": "Solo"}, identifiers=[("LEI", "5493001KJTIIGC8Y1R12")])

    assert set_identifiers_of_care.duplicates == recorded.duplicates == alone.duplicates == ()
    assert identifiers_of(recorded.organization) == [("VAT", VAT)]


def test_an_owner_edits_the_own_record(story, happened):
    with acting(story.scope("anna")):
        edit_organization(organization_id=story.nordwind.id, at=NOW, values={"city": "Lübeck", "name": "Nordwind"})
        assert Organization.objects.get(pk=story.nordwind.id).city == "Lübeck"

    assert happened() == [("organizations.organization.edited", {"changed": ["city"]})]


def test_an_edit_without_a_difference_is_no_event(story, happened):
    with acting(story.scope("anna")):
        edit_organization(organization_id=story.nordwind.id, at=NOW, values={"name": "Nordwind", "country": "de"})

    assert happened() == []


def test_each_wrong_field_is_named(story, happened):
    wrong = {"name": "", "country": "XX", "website": "javascript:alert(1)", "city": "x" * 81, "owner": "me"}
    with acting(story.scope("anna")), pytest.raises(Unprocessable) as refusal:
        edit_organization(organization_id=story.nordwind.id, at=NOW, values=wrong)

    assert sorted(problem.column for problem in refusal.value.problems) == [
        "city",
        "country",
        "name",
        "owner",
        "website",
    ]
    assert happened() == []


def test_a_line_break_in_a_name_is_refused(story):
    with acting(story.scope("anna")), pytest.raises(Unprocessable):
        edit_organization(organization_id=story.nordwind.id, at=NOW, values={"name": "A\r\nBcc: victim@example.com"})


@pytest.mark.parametrize("who", ["milo", "rita"])
def test_people_without_the_role_do_not_edit_the_record(story, happened, who):
    with acting(story.scope(who)), pytest.raises(NotAllowed):
        edit_organization(organization_id=story.nordwind.id, at=NOW, values={"city": "Lübeck"})

    assert happened() == []


def test_a_foreign_organization_is_as_good_as_none(story, happened):
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        edit_organization(organization_id=story.nordwind.id, at=NOW, values={"city": "Lübeck"})
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        set_identifiers(organization_id=story.nordwind.id, at=NOW, identifiers=[])

    assert happened() == []


def test_identifiers_are_replaced_as_a_whole(story, happened):
    with acting(story.scope("anna")):
        set_identifiers(
            organization_id=story.nordwind.id, at=NOW, identifiers=[("VAT", VAT), ("DOMAIN", "Nordwind.DE.")]
        )
        set_identifiers(organization_id=story.nordwind.id, at=NOW, identifiers=[("DOMAIN", "nordwind.de")])

    assert identifiers_of(story.nordwind) == [("DOMAIN", "nordwind.de")]
    assert happened() == [
        ("organizations.organization.identified", {"added": ["DOMAIN:nordwind.de", f"VAT:{VAT}"], "removed": []}),
        ("organizations.organization.identified", {"added": [], "removed": [f"VAT:{VAT}"]}),
    ]


def test_one_wrong_identifier_keeps_all_of_them_out(story, happened):
    with acting(story.scope("anna")), pytest.raises(Unprocessable) as refusal:
        set_identifiers(
            organization_id=story.nordwind.id, at=NOW, identifiers=[("DOMAIN", "nordwind.de"), ("DUNS", "12")]
        )

    assert [str(problem) for problem in refusal.value.problems] == [
        "row 2, DUNS: a D-U-N-S number: nine digits such as 15-048-3782 (here: “12”)"
    ]
    assert identifiers_of(story.nordwind) == []
    assert happened() == []


@pytest.mark.django_db
def test_a_fresh_installation_gets_its_first_owner():
    owner = create_first_owner(
        organization="Nordwind", email="Anna@Nordwind.example", name="Anna", password=PASSWORD, at=NOW
    )

    person = Person.objects.get(email="anna@nordwind.example")
    assert owner.roles == ["owner"]
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("who", ["anna", "oskar"])
def test_there_is_no_second_first_owner(story, happened, who):
    with acting(story.scope(who)), pytest.raises(NotPossibleNow):
        create_first_owner(organization="B", email="b@example.com", name="B", password=PASSWORD, at=NOW)

    assert not Person.objects.filter(email="b@example.com").exists()
    assert happened() == []


@pytest.mark.django_db
def test_a_weak_password_makes_no_owner():
    with pytest.raises(Unprocessable) as refusal:
        create_first_owner(organization="B", email="b@example.com", name="B", password="short", at=NOW)
    assert refusal.value.problems[0].column == "password"
    with acting(system("test")):
        assert Affiliation.objects.count() == 0
