import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from hansa.organizations.tests.story import PASSWORD, comparable, tell
from hansa.organizations.tests.test_api import sign_in

LOGIN = "/accounts/login/"


@pytest.fixture
def story(db):
    cache.clear()
    return tell()


def attempt(client, email="rita@nordwind.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def test_a_person_signs_in_with_a_password(story, client):
    answer = attempt(client)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/api/v1/me").json()["person"]["name"] == "Rita"


def test_the_session_gets_a_new_key_at_sign_in(story, client):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    attempt(client)

    assert client.session.session_key != before


def test_language_and_theme_follow_the_person(story, client):
    story.people.rita.locale, story.people.rita.theme = "de", "dark"
    story.people.rita.save()

    answer = attempt(client)

    assert answer.cookies["django_language"].value == "de"
    assert answer.cookies["theme"].value == "dark"


def test_without_a_choice_the_theme_is_the_systems(story, client):
    client.cookies["theme"] = "dark"  # somebody else's, from the same browser

    answer = attempt(client)

    assert (answer.cookies["theme"].value, answer.cookies["theme"]["max-age"]) == ("", 0)
    assert "data-theme-chosen" not in client.get("/").content.decode()


def test_the_target_of_a_form_is_no_page_and_says_so(story, client):
    client.force_login(story.people.rita)
    answer = client.get("/settings/organization/company")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This address cannot be opened" in answer.content.decode()


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(story):
    known = attempt(Client(), email="rita@nordwind.example", password="wrong")
    unknown = attempt(Client(), email="rina@nordwind.example", password="wrong")

    assert known.status_code == unknown.status_code == 200
    assert comparable(known).replace("rita@", "rina@") == comparable(unknown)


def test_a_forgotten_password_answers_alike_for_every_address(story):
    known = Client().post("/accounts/password/reset/", {"email": "rita@nordwind.example"}, follow=True)
    unknown = Client().post("/accounts/password/reset/", {"email": "rina@nordwind.example"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain == [("/accounts/password/reset/done/", 302)]
    assert comparable(known) == comparable(unknown)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["rina@nordwind.example", "rita@nordwind.example"]


def test_the_link_of_the_mail_has_our_own_address(story, settings):
    settings.ALLOWED_HOSTS = ["testserver", "elsewhere.example"]
    Client().post(
        "/accounts/password/reset/", {"email": "rita@nordwind.example"}, headers={"host": "elsewhere.example"}
    )

    links = re.findall(r"https?://\S+", mail.outbox[0].body)
    assert [link.split("/accounts/")[0] for link in links] == ["http://localhost:8000"]


def test_an_unknown_host_is_refused(story):
    answer = Client().post(LOGIN, {"login": "x", "password": "y"}, headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_a_password_is_set_anew_by_mail(story, client):
    client.post("/accounts/password/reset/", {"email": "rita@nordwind.example"})
    link = re.search(r"http://localhost:8000(\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "eleven blue sails", "password2": "eleven blue sails"})

    assert attempt(Client(), password=PASSWORD).status_code == 200
    assert attempt(Client(), password="eleven blue sails").status_code == 302
    assert b"does not work any more" in Client().get(link, follow=True).content


def test_a_changed_password_ends_the_other_sessions(story):
    here, elsewhere = Client(), Client()
    attempt(here)
    attempt(elsewhere)

    changed = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "eleven blue sails", "password2": "eleven blue sails"},
    )

    assert changed.status_code == 302
    assert here.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_guessing_is_throttled_where_it_comes_from_and_nowhere_else(story):
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(10):
        attempt(guesser, password="wrong")

    assert b"Too many failed login attempts" in attempt(guesser).content
    assert attempt(Client(REMOTE_ADDR="198.51.100.9")).status_code == 302


def test_one_place_does_not_try_many_accounts(story):
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    answers = [attempt(guesser, email=f"guess{n}@nordwind.example", password="wrong") for n in range(31)]

    assert [answer.status_code for answer in answers[:30]] == [200] * 30
    assert answers[30].status_code == 429 or b"Too many failed login attempts" in answers[30].content


def test_nobody_signs_up(story, client):
    answer = client.post("/accounts/signup/", {"email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD})

    assert b"Accounts are made by invitation" in answer.content
    assert type(story.people.rita).objects.filter(email="x@example.com").count() == 0


def test_a_locked_account_is_told_so_after_the_right_password(story, client):
    story.people.rita.is_active = False
    story.people.rita.save()

    answer = attempt(client)

    assert answer["Location"] == "/accounts/inactive/"
    assert b"This account is locked" in client.get("/accounts/inactive/").content
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:1", "/\\evil.example"])
def test_sign_in_leads_nowhere_else(story, client, target):
    answer = client.post(
        f"{LOGIN}?next={target}", {"login": "rita@nordwind.example", "password": PASSWORD, "next": target}
    )

    assert answer["Location"] == "/"


def test_sign_in_out_and_switch_need_the_csrf_token(story):
    client = Client(enforce_csrf_checks=True)

    assert attempt(client).status_code == 403
    for path in ("/accounts/logout/", "/acting", "/settings/invitations", "/settings/tokens/new"):
        assert client.post(path).status_code == 403


def test_a_link_does_not_sign_out(story, client):
    attempt(client)

    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/api/v1/me").status_code == 200


PUBLIC = [
    LOGIN,
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/inactive/",
    "/accounts/signup/",
]
PRIVATE = [
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("page", [*PUBLIC, *PRIVATE])
def test_every_page_has_our_frame_and_one_heading(story, page):
    client = Client()
    if page in PRIVATE:
        sign_in(client, story.people.anna, confirmed=True)

    answer = client.get(page)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="main"' in text
    assert text.count("<h1") == 1
    assert "Menu:" not in text
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert "script-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/accounts/login", "/Accounts/Login/", "/accounts/%2e%2e/settings/people", "/settings/people/"]
)
@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
def test_variants_of_an_address_open_nothing(story, client, path, method):
    answer = getattr(client, method)(path)

    assert answer.status_code in {301, 302, 404, 405}
    assert b"Rita" not in answer.content


def test_single_sign_on_is_offered_where_it_is_configured(story, client, settings):
    assert b"Single sign-on" not in client.get(LOGIN).content

    app = {
        "provider_id": "oidc",
        "name": "Single sign-on",
        "client_id": "hansa",
        "secret": "s",
        "settings": {"server_url": "https://id.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    page = client.get(LOGIN).content.decode()
    assert "/accounts/oidc/oidc/login/" in page
    assert "Single sign-on" in page
    assert b"You continue at Single sign-on" in client.get("/accounts/oidc/oidc/login/").content
