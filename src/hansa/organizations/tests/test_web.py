from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hansa.kit.scope import acting, system
from hansa.organizations.models import ApiToken, Identifier, Invitation, Organization
from hansa.organizations.operations import affiliate, invite_person, suspend_affiliation
from hansa.organizations.queries import affiliations_of
from hansa.organizations.tests.story import NOW, PASSWORD, comparable, stored
from hansa.organizations.tests.test_api import sign_in
from hansa.people.models import Person

MOST_QUERIES = 12
PAGES = ["/settings/profile", "/settings/organization", "/settings/people", "/settings/tokens", "/accounts/2fa/"]


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_for_the_signed_in(story, client, page):
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")

    sign_in(client, story.people.anna)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_pages_hold_no_inline_script_or_style(story, client, page):
    sign_in(client, story.people.anna)

    text = client.get(page).content.decode()

    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text


def test_the_record_is_edited_in_parts(story, client, happened):
    sign_in(client, story.people.anna)

    answer = client.post("/settings/organization/address", {"city": "Lübeck", "country": "DE"})

    assert (answer.status_code, answer["Location"]) == (302, "/settings/organization")
    with acting(system("test")):
        kept = Organization.objects.get(pk=story.nordwind.pk)
    assert (kept.name, kept.city) == ("Nordwind", "Lübeck")
    assert [kind for kind, _ in happened()] == ["organizations.organization.edited"]


def test_identifiers_are_entered_line_by_line(story, client):
    sign_in(client, story.people.anna)

    answer = client.post(
        "/settings/organization/identifiers", {"vat": "DE 136 695 976", "domain": "A.de, https://b.de/x"}
    )

    assert answer.status_code == 302
    with acting(system("test")):
        kept = sorted(Identifier.objects.values_list("scheme", "value"))
    assert kept == [("DOMAIN", "a.de"), ("DOMAIN", "b.de"), ("VAT", "DE136695976")]


def test_a_wrong_identifier_is_said_at_its_field(story, client, happened):
    sign_in(client, story.people.anna)

    answer = client.post("/settings/organization/identifiers", {"vat": "DE136695977", "domain": "a.de"})

    assert answer.status_code == 422
    assert answer.context["identifiers"].errors["vat"] == [
        "Expected: a VAT number with its country, such as DE136695976; the check digit does not fit, "
        "a digit is probably mistyped (here: “DE136695977”)."
    ]
    assert happened() == []


def test_a_rep_sees_the_record_and_cannot_change_it(story, client, happened):
    sign_in(client, story.people.rita)

    assert b"<form" not in client.get("/settings/organization").content.split(b"<main")[1]
    assert client.post("/settings/organization/company", {"name": "X"}).status_code == 403
    assert happened() == []


def test_an_owner_invites_on_screen(story, client):
    sign_in(client, story.people.anna)

    answer = client.post("/settings/invitations", {"email": "nina@nordwind.example", "roles": ["rep"]})

    assert answer.status_code == 302
    assert [letter.to for letter in mail.outbox] == [["nina@nordwind.example"]]
    page = client.get("/settings/people").content.decode()
    assert "nina@nordwind.example" in page
    link = mail.outbox[0].body.split("/invitations/")[1].split()[0]
    assert link not in page


def test_roles_above_the_own_are_not_offered(story, client, happened):
    sign_in(client, story.people.paula)

    page = client.get("/settings/people").content.decode()
    answer = client.post("/settings/invitations", {"email": "nina@nordwind.example", "roles": ["owner"]})

    assert 'value="owner"' not in page
    assert answer.status_code == 422
    assert mail.outbox == []
    assert happened() == []


def test_a_rep_sees_colleagues_without_any_form(story, client):
    sign_in(client, story.people.rita)

    page = client.get("/settings/people").content.split(b"<main")[1]

    assert b"Milo" in page
    assert b"<form" not in page


def test_roles_access_and_end_on_screen(story, client):
    sign_in(client, story.people.anna)
    page = f"/settings/people/{story.affiliations.rita.id}"

    assert client.get(page).status_code == 200
    assert client.post(page, {"roles": ["auditor", "rep"]}).status_code == 302
    assert stored(story.affiliations.rita).roles == ["auditor", "rep"]
    assert client.post(f"{page}/suspension").status_code == 302
    assert stored(story.affiliations.rita).suspended_at is not None
    assert client.post(f"{page}/resumption").status_code == 302
    assert client.post(f"{page}/end").status_code == 302
    assert stored(story.affiliations.rita).ended_at is not None


def test_the_last_owner_is_told_why_not(story, client):
    sign_in(client, story.people.anna)

    answer = client.post(f"/settings/people/{story.affiliations.anna.id}", {"roles": ["rep"]})

    assert answer.status_code == 409
    assert b"would lose the last owner" in answer.content
    assert stored(story.affiliations.anna).roles == ["owner"]


def test_a_foreign_person_has_no_page(story, client, happened):
    sign_in(client, story.people.oskar)

    for below in ("", "/suspension", "/resumption", "/end"):
        foreign = client.post(f"/settings/people/{story.affiliations.rita.id}{below}", {"roles": ["rep"]})
        nothing = client.post(f"/settings/people/{story.nordwind.id}{below}", {"roles": ["rep"]})
        assert foreign.status_code == nothing.status_code == 404
        assert comparable(foreign) == comparable(nothing)
    assert happened() == []


def test_a_token_asks_for_the_password_again(story, client):
    sign_in(client, story.people.paula)

    answer = client.post("/settings/tokens/new", {"name": "Export", "lifetime": "30", "capabilities": ["sales.view"]})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    with acting(system("test")):
        assert ApiToken.objects.count() == 0


def test_a_token_is_shown_once(story, client):
    sign_in(client, story.people.paula, confirmed=True)

    made = client.post("/settings/tokens/new", {"name": "Export", "lifetime": "30", "capabilities": ["sales.view"]})
    secret = made.context["secret"]
    listed = client.get("/settings/tokens")

    assert made.status_code == 201
    assert secret in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert secret not in listed.content.decode()
    assert secret[:12] in listed.content.decode()
    with acting(system("test")):
        token = ApiToken.objects.get()
    assert (token.expires_at - token.created_at).days == 30
    assert client.post(f"/settings/tokens/{token.id}/revocation").status_code == 302
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_token_is_not_offered_what_its_maker_lacks(story, client):
    sign_in(client, story.people.paula, confirmed=True)

    wider = {"name": "Export", "lifetime": "30", "capabilities": ["settlement.run"]}

    assert client.post("/settings/tokens/new", wider).status_code == 422
    with acting(system("test")):
        assert ApiToken.objects.count() == 0


def test_the_organization_acted_for_changes_by_choice_alone(story, client):
    with acting(system("test")):
        affiliate(person_id=story.people.paula.id, organization_id=story.rival.id, roles=["rep"], at=NOW)
    sign_in(client, story.people.paula)
    assert "Nordwind" in client.get("/settings/organization").content.decode()

    answer = client.post("/acting", {"organization": story.rival.id, "next": "/settings/organization"})

    assert (answer.status_code, answer["Location"]) == (302, "/settings/organization")
    assert client.get("/api/v1/me").json()["organization"] == story.rival.code
    assert [each["person"]["name"] for each in client.get("/api/v1/people").json()["items"]] == ["Oskar", "Paula"]


@pytest.mark.parametrize("wanted", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_nobody_acts_for_a_foreign_organization(story, client, wanted):
    sign_in(client, story.people.rita)

    assert client.post("/acting", {"organization": wanted or story.rival.id}).status_code == 404
    assert client.get("/api/v1/me").json()["organization"] == story.nordwind.code


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/settings/", "/networks/x", ""])
def test_switching_leads_nowhere_else(story, client, target):
    sign_in(client, story.people.rita)

    assert client.post("/acting", {"organization": story.nordwind.id, "next": target})["Location"] == "/"


def test_the_organization_is_not_switched_by_a_link(story, client):
    sign_in(client, story.people.rita)

    assert client.get("/acting", {"organization": story.nordwind.id}).status_code == 405


@pytest.mark.parametrize("page", ["/settings/organization", "/settings/people", "/settings/tokens"])
def test_a_settings_page_takes_few_queries(story, client, page):
    sign_in(client, story.people.anna)
    client.get(page)

    with CaptureQueriesContext(connection) as asked:
        client.get(page)

    from_tables = [query["sql"] for query in asked.captured_queries if " FROM " in query["sql"]]
    assert 5 <= len(from_tables) <= MOST_QUERIES


def link_for(story, email="nina@nordwind.example", at=None):
    with acting(story.scope("anna")):
        _, secret = invite_person(email=email, roles=["rep"], at=at or timezone.now())
    return f"/invitations/{secret}"


def test_the_invited_opens_an_account_and_is_signed_in(story, client):
    link = link_for(story)
    assert b"Work for Nordwind" in client.get(link).content

    answer = client.post(link, {"name": "Nina", "password": PASSWORD, "email": "other@x.example"})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/api/v1/me").json()["person"]["email"] == "nina@nordwind.example"
    assert not Person.objects.filter(email="other@x.example").exists()
    assert client.get(link).status_code == 404


def test_a_weak_password_is_said_at_its_field(story, client):
    answer = client.post(link_for(story), {"name": "Nina", "password": "nina"})

    assert answer.status_code == 422
    assert "12 characters" in str(answer.context["form"].errors["password"])
    assert not Person.objects.filter(email="nina@nordwind.example").exists()


def test_somebody_else_signed_in_is_refused(story, client):
    link = link_for(story)
    sign_in(client, story.people.oskar)

    assert b"This invitation is for another address" in client.get(link).content
    assert client.post(link).status_code == 403
    with acting(system("test")):
        assert [a.organization.name for a in affiliations_of(story.people.oskar.id)] == ["Rival"]
        assert Invitation.objects.get().accepted_at is None


def test_who_has_an_account_signs_in_first(story, client):
    link = link_for(story, "oskar@rival.example")

    assert f"/accounts/login/?next={link}" in client.get(link).content.decode()
    assert client.post(link, {"name": "X", "password": "another long password"}).status_code == 403
    sign_in(client, story.people.oskar)
    assert client.post(link).status_code == 302
    assert client.get("/api/v1/me").json()["organization"] == story.nordwind.code


def test_dead_links_look_alike(story, client):
    expired = client.get(link_for(story, at=timezone.now() - timedelta(days=15)))
    unknown = client.get("/invitations/unknown")

    assert expired.status_code == unknown.status_code == 404
    assert comparable(expired) == comparable(unknown)


def test_a_suspended_person_falls_out_on_the_next_request(story, client):
    sign_in(client, story.people.rita)
    assert client.get("/settings/people").status_code == 200

    with acting(story.scope("anna")):
        suspend_affiliation(affiliation_id=story.affiliations.rita.id, at=timezone.now())

    assert client.get("/settings/organization").status_code == 404
    assert b"Milo" not in client.get("/settings/people").content
