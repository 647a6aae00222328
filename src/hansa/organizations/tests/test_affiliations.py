from datetime import timedelta

import pytest

from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system
from hansa.organizations.operations import (
    affiliate,
    end_affiliation,
    make_api_token,
    resume_affiliation,
    set_roles,
    suspend_affiliation,
)
from hansa.organizations.queries import affiliations_of, token_by_secret
from hansa.organizations.tests.story import NOW, stored

LATER = NOW + timedelta(days=9)


def standing(person):
    with acting(system("test")):
        return [(a.organization.name, a.roles) for a in affiliations_of(person.id)]


def test_an_owner_gives_roles(story, happened):
    with acting(story.scope("anna")):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=["finance", "auditor", "finance"], at=NOW)

    assert standing(story.people.rita) == [("Nordwind", ["auditor", "finance"])]
    facts = {"person": str(story.people.rita.id), "roles": ["auditor", "finance"], "before": ["rep"]}
    assert happened() == [("organizations.affiliation.roles_set", facts)]


def test_nobody_gives_roles_above_the_own(story, happened):
    with acting(story.scope("paula")), pytest.raises(NotAllowed):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=["owner"], at=NOW)
    with acting(story.scope("paula")), pytest.raises(NotAllowed):
        set_roles(affiliation_id=story.affiliations.paula.id, roles=["principal", "finance"], at=NOW)

    assert standing(story.people.rita) == [("Nordwind", ["rep"])]
    assert standing(story.people.paula) == [("Nordwind", ["principal"])]
    assert happened() == []


@pytest.mark.parametrize("change", [suspend_affiliation, end_affiliation])
def test_a_lower_role_does_not_touch_a_higher_one(story, happened, change):
    with acting(story.scope("paula")), pytest.raises(NotAllowed):
        change(affiliation_id=story.affiliations.anna.id, at=NOW)
    with acting(story.scope("paula")), pytest.raises(NotAllowed):
        set_roles(affiliation_id=story.affiliations.anna.id, roles=["rep"], at=NOW)

    assert standing(story.people.anna) == [("Nordwind", ["owner"])]
    assert happened() == []


def test_without_the_role_nobody_is_touched(story, happened):
    with acting(story.scope("milo")), pytest.raises(NotAllowed):
        suspend_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)

    assert happened() == []


@pytest.mark.parametrize("change", [suspend_affiliation, resume_affiliation, end_affiliation])
def test_a_foreign_person_is_as_good_as_none(story, happened, change):
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        change(affiliation_id=story.affiliations.rita.id, at=NOW)
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=["rep"], at=NOW)

    assert happened() == []


def test_the_last_owner_cannot_leave_nor_lose_the_role(story, happened):
    owner = story.affiliations.anna.id
    for change in (
        lambda: end_affiliation(affiliation_id=owner, at=NOW),
        lambda: suspend_affiliation(affiliation_id=owner, at=NOW),
        lambda: set_roles(affiliation_id=owner, roles=["finance"], at=NOW),
    ):
        with acting(story.scope("anna")), pytest.raises(NotPossibleNow, match="would lose the last owner"):
            change()

    assert standing(story.people.anna) == [("Nordwind", ["owner"])]
    assert happened() == []


def test_a_suspended_owner_does_not_count(story):
    with acting(story.scope("anna")):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=["owner"], at=NOW)
        suspend_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)
    with acting(story.scope("anna")), pytest.raises(NotPossibleNow):
        end_affiliation(affiliation_id=story.affiliations.anna.id, at=NOW)


def test_an_owner_leaves_when_there_is_another(story):
    with acting(story.scope("anna")):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=["owner"], at=NOW)
        end_affiliation(affiliation_id=story.affiliations.anna.id, at=NOW)

    assert standing(story.people.anna) == []


def test_anybody_may_leave(story, happened):
    with acting(story.scope("rita")):
        end_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)

    assert standing(story.people.rita) == []
    facts = {"person": str(story.people.rita.id), "tokens_revoked": 0}
    assert happened() == [("organizations.affiliation.ended", facts)]


def test_suspension_takes_the_tokens_for_good(story, happened):
    with acting(story.scope("paula")):
        _, secret = make_api_token(name="Export", capabilities=["sales.view"], expires_at=LATER, at=NOW)
    with acting(story.scope("anna")):
        suspend_affiliation(affiliation_id=story.affiliations.paula.id, at=NOW)
    with acting(system("test")):
        assert affiliations_of(story.people.paula.id) == []
        assert token_by_secret(secret, at=NOW) is None

    with acting(story.scope("anna")):
        resume_affiliation(affiliation_id=story.affiliations.paula.id, at=NOW)
    with acting(system("test")):
        assert len(affiliations_of(story.people.paula.id)) == 1
        assert token_by_secret(secret, at=NOW) is None
    assert [kind for kind, _ in happened()] == [
        "organizations.token.made",
        "organizations.affiliation.suspended",
        "organizations.affiliation.resumed",
    ]


def test_what_is_already_so_is_refused(story):
    with acting(story.scope("anna")), pytest.raises(NotPossibleNow):
        resume_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)
    with acting(story.scope("anna")):
        suspend_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)
    with acting(story.scope("anna")), pytest.raises(NotPossibleNow):
        suspend_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)


@pytest.mark.parametrize("roles", [[], ["emperor"], ["rep", "emperor"]])
def test_unknown_roles_are_refused(story, happened, roles):
    with acting(story.scope("anna")), pytest.raises(Unprocessable):
        set_roles(affiliation_id=story.affiliations.rita.id, roles=roles, at=NOW)

    assert stored(story.affiliations.rita).roles == ["rep"]
    assert happened() == []


def test_only_the_platform_affiliates_without_invitation(story, happened):
    with acting(story.scope("anna")), pytest.raises(NotAllowed):
        affiliate(person_id=story.people.oskar.id, organization_id=story.nordwind.id, roles=["rep"], at=NOW)

    assert standing(story.people.oskar) == [("Rival", ["owner"])]
    assert happened() == []


def test_one_person_works_for_two_organizations(story):
    with acting(system("test")):
        affiliate(person_id=story.people.oskar.id, organization_id=story.nordwind.id, roles=["rep"], at=NOW)

    assert standing(story.people.oskar) == [("Rival", ["owner"]), ("Nordwind", ["rep"])]
