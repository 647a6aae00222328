from datetime import UTC, datetime

import pytest

from hansa.activity.models import Event
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import NOBODY, Scope, acting, system
from hansa.people.models import Person
from hansa.people.operations import open_account, set_profile

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD = "seven tall ships"


@pytest.fixture
def rita(db):
    with acting(system("test")):
        open_account(email="anna@nordwind.example", name="Anna", password=PASSWORD)
        return open_account(email="rita@nordwind.example", name="Rita", password=PASSWORD)


def events():
    with acting(system("test")):
        return list(Event.objects.filter(kind="people.profile.set").values_list("facts", flat=True))


def test_a_person_changes_the_own_profile(rita):
    with acting(Scope(person_id=rita.id)):
        set_profile(at=NOW, name=" Rita R. ", locale="de", theme="dark")

    kept = Person.objects.get(pk=rita.pk)
    assert (kept.name, kept.locale, kept.theme) == ("Rita R.", "de", "dark")
    assert Person.objects.get(email="anna@nordwind.example").theme == ""
    assert events() == [{"changed": ["locale", "name", "theme"]}]


def test_the_same_profile_is_no_event(rita):
    with acting(Scope(person_id=rita.id)):
        set_profile(at=NOW, name="Rita", locale="en", theme="")

    assert events() == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"locale": "xx"}, "locale"),
        ({"theme": "blue"}, "theme"),
    ],
)
def test_a_wrong_profile_is_refused(rita, changes, column):
    with acting(Scope(person_id=rita.id)), pytest.raises(Unprocessable) as refusal:
        set_profile(**{"at": NOW, "name": "Rita", "locale": "en", "theme": "light", **changes})

    assert [problem.column for problem in refusal.value.problems] == [column]
    assert Person.objects.get(pk=rita.pk).name == "Rita"
    assert events() == []


def test_nobody_has_no_profile(rita):
    with acting(NOBODY), pytest.raises(NotFound):
        set_profile(at=NOW, name="X", locale="en", theme="light")


def test_the_profile_page_keeps_language_and_theme_in_the_browser(rita, client):
    client.force_login(rita, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.post("/settings/profile", {"name": "<b>Rita</b>", "locale": "de", "theme": "dark"})

    assert (answer.status_code, answer["Location"]) == (302, "/settings/profile")
    assert (answer.cookies["django_language"].value, answer.cookies["theme"].value) == ("de", "dark")
    page = client.get("/settings/profile").content.decode()
    assert "<b>Rita</b>" not in page
    assert 'lang="de"' in page


def test_one_address_has_one_account(rita):
    with acting(system("test")), pytest.raises(NotPossibleNow):
        open_account(email="RITA@nordwind.example", name="Rita", password=PASSWORD)


def test_a_confirmed_second_address_belongs_to_its_account(rita):
    rita.emailaddress_set.create(email="rita@private.example", verified=True)

    with acting(system("test")), pytest.raises(NotPossibleNow):
        open_account(email="Rita@private.example", name="Rita", password=PASSWORD)
