import re
from datetime import timedelta

import pytest
from django.core import mail

from hansa.kit.failures import NotAllowed, NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import NOBODY, Scope, acting, system
from hansa.organizations.models import Affiliation, Invitation, Organization
from hansa.organizations.operations import (
    SignInFirst,
    accept_invitation,
    create_organization,
    invite_person,
    suspend_affiliation,
    withdraw_invitation,
)
from hansa.organizations.operations.invitations import NotTheInvited
from hansa.organizations.queries import affiliations_of, hash_of, offer_behind
from hansa.organizations.tests.story import NOW, PASSWORD
from hansa.people.models import Person

NEW = "nina@nordwind.example"


def invite(story, email=NEW, roles=("rep",), who="anna", at=NOW, **more):
    with acting(story.scope(who)):
        return invite_person(email=email, roles=list(roles), at=at, **more)


def accept(secret, scope=NOBODY, at=NOW, name="Nina", password=PASSWORD):
    with acting(scope):
        return accept_invitation(secret=secret, at=at, name=name, password=password)


def count_people():
    with acting(system("test")):
        return Person.objects.count(), Affiliation.objects.count()


def test_an_invitation_is_mailed_once_and_kept_as_a_hash(story, happened):
    invitation, secret = invite(story)

    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == [NEW]
    assert letter.subject == "Your invitation to Nordwind"
    assert re.findall(r"http\S+", letter.body) == [f"http://localhost:8000/invitations/{secret}"]
    assert "Anna invites you to work for Nordwind." in letter.body
    assert len(secret) == 43
    with acting(system("test")):
        kept = Invitation.objects.get(pk=invitation.pk)
    assert (kept.token_hash, kept.expires_at) == (hash_of(secret), NOW + timedelta(days=14))
    assert happened() == [("organizations.invitation.sent", {"organization": str(story.nordwind.id), "roles": ["rep"]})]


def test_accepting_makes_the_account_and_the_affiliation(story, happened):
    _, secret = invite(story, email=" Nina@Nordwind.example ")

    affiliation = accept(secret)

    person = Person.objects.get(email=NEW)
    assert (person.name, person.check_password(PASSWORD)) == ("Nina", True)
    assert person.emailaddress_set.get().verified
    with acting(system("test")):
        assert [(a.id, a.roles) for a in affiliations_of(person.id)] == [(affiliation.id, ["rep"])]
    assert [kind for kind, _ in happened()] == ["organizations.invitation.sent", "organizations.invitation.accepted"]


def test_an_invitation_works_once(story):
    _, secret = invite(story)
    accept(secret)
    before = count_people()

    with pytest.raises(NotFound):
        accept(secret)
    assert count_people() == before


def test_an_invitation_expires(story):
    _, secret = invite(story)

    accept_at_the_last_moment = NOW + timedelta(days=14) - timedelta(seconds=1)
    with pytest.raises(NotFound):
        accept(secret, at=NOW + timedelta(days=14))
    assert accept(secret, at=accept_at_the_last_moment).roles == ["rep"]


def test_a_withdrawn_invitation_is_dead(story, happened):
    invitation, secret = invite(story)
    with acting(story.scope("paula")):
        withdraw_invitation(invitation_id=invitation.id, at=NOW)
    before = count_people()

    with pytest.raises(NotFound):
        accept(secret)
    with acting(story.scope("anna")), pytest.raises(NotPossibleNow):
        withdraw_invitation(invitation_id=invitation.id, at=NOW)
    assert count_people() == before
    assert [kind for kind, _ in happened()] == ["organizations.invitation.sent", "organizations.invitation.withdrawn"]


def test_dead_and_unknown_links_answer_in_the_same_words(story):
    _, used = invite(story)
    accept(used)

    answers = set()
    for secret in (used, "unknown", ""):
        with pytest.raises(NotFound) as refusal:
            accept(secret)
        answers.add(refusal.value.detail)
        with pytest.raises(NotFound) as refusal:
            offer_behind(secret, at=NOW)
        answers.add(refusal.value.detail)
    assert answers == {"This invitation does not work any more. Ask for a new one."}


def test_a_new_invitation_replaces_the_earlier_one(story):
    _, first = invite(story)
    _, second = invite(story, roles=["auditor"])

    with pytest.raises(NotFound):
        accept(first)
    assert accept(second).roles == ["auditor"]


def test_an_invitation_is_refused_to_another_address(story, happened):
    _, secret = invite(story)
    before = count_people()

    with pytest.raises(NotTheInvited):
        accept(secret, scope=story.scope("oskar"))
    assert count_people() == before
    assert len(happened()) == 1
    with acting(system("test")):
        assert Invitation.objects.get().accepted_at is None


def test_an_invitation_to_one_account_is_refused_to_another_account(story):
    _, secret = invite(story, email="oskar@rival.example")
    before = count_people()

    with pytest.raises(NotTheInvited):
        accept(secret, scope=story.scope("rita"))
    assert count_people() == before


def test_the_owner_of_an_account_signs_in_before_accepting(story):
    _, secret = invite(story, email="OSKAR@rival.example")
    before = count_people()

    with pytest.raises(SignInFirst):
        accept(secret, password="another long password")
    assert count_people() == before
    assert Person.objects.get(email="oskar@rival.example").check_password(PASSWORD)


def test_a_signed_in_person_gains_the_affiliation(story):
    _, secret = invite(story, email="oskar@rival.example")

    accept(secret, scope=Scope(person_id=story.people.oskar.id))

    with acting(system("test")):
        found = [(a.organization.name, a.roles) for a in affiliations_of(story.people.oskar.id)]
    assert found == [("Rival", ["owner"]), ("Nordwind", ["rep"])]


def test_who_belongs_already_is_not_invited_again(story):
    with pytest.raises(NotPossibleNow):
        invite(story, email="rita@nordwind.example")
    assert mail.outbox == []


def test_a_suspended_person_does_not_return_by_invitation(story):
    with acting(story.scope("anna")):
        suspend_affiliation(affiliation_id=story.affiliations.rita.id, at=NOW)
    with pytest.raises(NotPossibleNow):
        invite(story, email="rita@nordwind.example")


def test_an_address_known_elsewhere_is_invited_like_any_other(story, happened):
    invite(story, email="oskar@rival.example")
    invite(story, email="nobody@rival.example")

    facts = {"organization": str(story.nordwind.id), "roles": ["rep"]}
    assert happened() == [("organizations.invitation.sent", facts)] * 2


@pytest.mark.parametrize(
    ("who", "roles", "failure"),
    [
        ("paula", ["owner"], NotAllowed),
        ("paula", ["rep", "finance"], NotAllowed),
        ("milo", ["rep"], NotAllowed),
        ("rita", ["rep"], NotAllowed),
        ("anna", [], Unprocessable),
        ("anna", ["emperor"], Unprocessable),
    ],
)
def test_nobody_invites_above_the_own_roles(story, happened, who, roles, failure):
    with pytest.raises(failure):
        invite(story, who=who, roles=roles)

    assert mail.outbox == []
    assert happened() == []


@pytest.mark.parametrize("email", ["", "nina", "nina@", "nina@x.example\nBcc: a@b.example", "a@b c.example"])
def test_only_addresses_are_invited(story, happened, email):
    with pytest.raises(Unprocessable):
        invite(story, email=email)

    assert mail.outbox == []
    assert happened() == []


def test_an_outsider_cannot_withdraw(story):
    invitation, secret = invite(story)
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        withdraw_invitation(invitation_id=invitation.id, at=NOW)

    assert offer_behind(secret, at=NOW).organization == "Nordwind"


def test_a_weak_password_leaves_the_invitation_open(story):
    _, secret = invite(story)
    with pytest.raises(Unprocessable) as refusal:
        accept(secret, password="nina")

    assert refusal.value.problems[0].column == "password"
    assert not Person.objects.filter(email=NEW).exists()
    assert accept(secret).roles == ["rep"]


def test_a_mail_server_that_refuses_undoes_the_invitation(story, happened, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(NotPossibleNow):
        invite(story)
    with acting(system("test")):
        assert Invitation.objects.count() == 0
    assert happened() == []


def test_a_custodian_invites_the_first_person_who_then_takes_over(story):
    with acting(story.scope("milo")):
        radhaus = create_organization(at=NOW, values={"name": "Radhaus"}).organization
    _, secret = invite(story, who="milo", roles=["principal"], organization_id=radhaus.id)

    accept(secret)

    with acting(system("test")):
        assert Organization.objects.get(pk=radhaus.id).custodian_id is None
    with acting(story.scope("milo")), pytest.raises(NotFound):
        invite_person(email="x@example.com", roles=["rep"], at=NOW, organization_id=radhaus.id)


def test_a_custodian_never_names_an_owner(story):
    with acting(story.scope("anna")):
        radhaus = create_organization(at=NOW, values={"name": "Radhaus"}).organization
    with pytest.raises(NotAllowed):
        invite(story, roles=["owner"], organization_id=radhaus.id)
    with acting(story.scope("oskar")), pytest.raises(NotFound):
        invite_person(email=NEW, roles=["rep"], at=NOW, organization_id=radhaus.id)

    assert mail.outbox == []
