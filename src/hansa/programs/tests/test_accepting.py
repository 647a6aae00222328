"""Who accepts which rules of engagement, and when somebody is asked again."""

import pytest
from django.db import DatabaseError, connection, transaction

from hansa.activity.models import Event
from hansa.kit.failures import NotAllowed, NotFound
from hansa.kit.scope import acting, system
from hansa.networks.tests.story import NOW
from hansa.programs.models import RulesAcceptance
from hansa.programs.operations import RulesMovedOn, accept_rules, publish, save_draft
from hansa.programs.queries import acceptances_of, draft_of, terms_of
from hansa.programs.tests.texts import TEXT

DAY = NOW.date()


def publish_text(story, program, text):
    with acting(story.scope("anna")):
        revision = save_draft(program=program, text=text, revision=draft_of(program).revision, at=NOW).revision
        return publish(program=program, revision=revision, note="", at=NOW)


def labelled(label, rules=""):
    return TEXT.replace('version: "2026"', f'version: "{label}"') + rules


def accept(story, who, version, at=NOW):
    with acting(story.scope(who)):
        return accept_rules(network=story.network, version=version.code, at=at)


def accepted(story, who):
    with acting(story.scope(who)):
        terms = terms_of(story.network, day=DAY)
        return terms is not None and terms.acceptance is not None


def rows():
    with acting(system("looking in a test")):
        return list(RulesAcceptance.objects.order_by("id"))


@pytest.fixture
def first(story, program):
    return publish_text(story, program, labelled("1", "rules_of_engagement: {extensions: {count: 2}}\n"))


def test_one_authorized_person_accepts_for_a_whole_member(story, first):
    made = accept(story, "rolf", first)
    assert (made.organization_id, made.person_id) == (story.companies["kranich"].id, story.people["rolf"].id)
    assert (made.version_id, made.at, len(made.sha256)) == (first.id, NOW, 64)
    assert (accepted(story, "pia"), accepted(story, "rolf"), accepted(story, "frido")) == (True, True, False)


def test_the_operators_people_accept_each_for_themselves(story, first):
    accept(story, "anna", first)
    with acting(story.scope("anna")):
        asked = acceptances_of(story.network, first)
    assert (asked.people, asked.people_accepted, asked.people_missing) == (1, 1, [])
    with acting(system("another sales person")):
        from hansa.organizations.operations import affiliate
        from hansa.people.operations import open_account

        nils = open_account(email="nils@vendor.example", name="Nils", password="seven tall ships")
        affiliate(person_id=nils.id, organization_id=story.companies["vendor"].id, roles=["rep"], at=NOW)
        story.people["nils"] = nils
    with acting(story.scope("anna")):
        assert acceptances_of(story.network, first).people_missing == ["Nils"]


def test_accepting_is_an_event_and_twice_is_once(story, first):
    one, again = accept(story, "pia", first), accept(story, "rolf", first)
    assert one == again
    with acting(system("looking in a test")):
        (event,) = Event.objects.filter(kind="programs.rules.accepted")
    assert event.facts == {"label": "1", "version": first.code, "sha256": one.sha256}
    assert event.parties == [story.companies["kranich"].id]


def test_a_new_version_asks_only_where_the_section_changed(story, program, first):
    accept(story, "pia", first)
    publish_text(
        story,
        program,
        labelled("2", "# the same in other words\nrules_of_engagement:\n  extensions: {count: 2, days: 30}\n"),
    )
    assert accepted(story, "pia")
    third = publish_text(story, program, labelled("3", "rules_of_engagement: {extensions: {count: 3}}\n"))
    assert not accepted(story, "pia")
    accept(story, "pia", third)
    assert accepted(story, "pia")
    assert [row.version_id for row in rows()] == [first.id, third.id]


def test_only_the_version_in_force_is_accepted(story, program, first):
    second = publish_text(story, program, labelled("2", "rules_of_engagement: {extensions: {count: 3}}\n"))
    with pytest.raises(RulesMovedOn, match="Version 2 is in force"):
        accept(story, "pia", first)
    assert rows() == []
    accept(story, "pia", second)


def test_without_a_program_nothing_is_asked_and_nothing_accepted(story, program):
    with acting(story.scope("pia")):
        assert terms_of(story.network, day=DAY) is None
        with pytest.raises(RulesMovedOn, match="No program is in force"):
            accept_rules(network=story.network, version="zzzzzzzz", at=NOW)


@pytest.mark.parametrize(("who", "refusal"), [("otto", NotFound), ("aron", NotAllowed)])
def test_outsiders_and_those_who_register_nothing_accept_nothing(story, first, who, refusal):
    with pytest.raises(refusal):
        accept(story, who, first)
    assert rows() == []


def test_the_operator_sees_who_has_not_and_nobody_else_does(story, first):
    accept(story, "frido", first)
    with acting(story.scope("anna")):
        asked = acceptances_of(story.network, first)
    assert (asked.members, asked.members_accepted) == (3, 1)
    assert asked.members_missing == ["Fjord Trading", "Radhaus <b>Kranich</b>"]
    with acting(story.scope("pia")):
        assert not RulesAcceptance.objects.exists()
        with pytest.raises(NotFound):
            acceptances_of(story.network, first)


def test_an_acceptance_is_never_changed(story, first):
    made = accept(story, "pia", first)
    with acting(system("trying")), pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RulesAcceptance.objects.filter(id=made.id).update(sha256="0" * 64)
    assert [row.sha256 for row in rows()] == [made.sha256]


def test_the_wall_holds_without_the_first_one(story, first):
    accept(story, "frido", first)
    with acting(story.scope("pia")), connection.cursor() as cursor:
        cursor.execute("select count(*) from programs_rulesacceptance")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_the_program_page_says_who_has_accepted(story, program, first, today):
    accept(story, "frido", first)
    shown = story.browser("anna").get(f"/networks/nordwind/programs/{program.code}/").content.decode()
    assert "1 of 3 members; 0 of 1 of your people who register deals" in shown
    assert "2 members have not" in shown
    assert "Radhaus &lt;b&gt;Kranich&lt;/b&gt;" in shown
    assert "accepted" not in story.browser("pia").get(f"/networks/nordwind/programs/{program.code}/").content.decode()


def test_the_version_page_has_the_rules_in_words(story, program, first):
    shown = (
        story.browser("pia").get(f"/networks/nordwind/programs/{program.code}/versions/{first.code}").content.decode()
    )
    assert "A protection may be extended 2 times by 30 days; show what has happened since." in shown


def test_over_the_api(story, first, today):
    api = "/api/v1/networks/nordwind/rules-of-engagement"
    pia = story.browser("pia")
    before = pia.get(api).json()
    assert (before["version"], before["accepted_at"], before["label"]) == (first.code, None, "1")
    assert "A project is protected for 90 days." in before["sentences"]
    said = {"data": {"version": first.code}, "content_type": "application/json"}
    after = pia.post(f"{api}/acceptance", **said).json()
    assert (after["accepted_at"], after["accepted_by"]) == ("2026-03-01T12:00:00Z", "Pia")
    missing = story.browser("anna").get(f"{api}/acceptances").json()
    assert (missing["members"], missing["members_accepted"], missing["people_missing"]) == (3, 1, ["Anna"])
    assert pia.get(f"{api}/acceptances").status_code == 404
    assert story.browser("otto").post(f"{api}/acceptance", **said).status_code == 404
    wrong = pia.post(f"{api}/acceptance", data={"version": "zzzzzzzz"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/docs/problems#rules-moved-on")
