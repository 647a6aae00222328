import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hansa.kit.failures import NotAllowed, NotFound, Unprocessable
from hansa.kit.scope import acting, system
from hansa.networks.tests.story import NOW, TODAY, tell
from hansa.programs.models import Draft, Program, ProgramVersion
from hansa.programs.operations import (
    DocumentRefused,
    DraftMovedOn,
    create_program,
    digest,
    publish,
    save_draft,
    set_incentive,
)
from hansa.programs.queries import consequences, draft_of, rules_in_words, version_in_force, versions_of
from hansa.programs.tests.texts import TEXT

EXTRA = {"id": "extra", "kind": "mdf", "period": "year", "bands": [{"from": "0", "rate": "1%"}]}


def stored():
    with acting(system("reading rows")):
        return (
            list(Program.objects.order_by("id").values_list("name")),
            list(Draft.objects.order_by("id").values_list("text", "revision")),
            list(ProgramVersion.objects.order_by("id").values_list("label", "sha256", "text")),
        )


def published(story, program, text=None):
    with acting(story.scope("anna")):
        revision = draft_of(program).revision
        if text is not None:
            revision = save_draft(program=program, text=text, revision=revision, at=NOW).revision
        return publish(program=program, revision=revision, note=" First. ", at=NOW)


def test_a_draft_may_have_errors_and_a_version_may_not(story, program):
    with acting(story.scope("anna")):
        draft = save_draft(program=program, text="nonsense: [", revision=1, at=NOW)
    before = stored()

    with pytest.raises(DocumentRefused) as refusal, acting(story.scope("anna")):
        publish(program=program, revision=draft.revision, note="", at=NOW)

    assert refusal.value.problems
    assert stored() == before


def test_publishing_keeps_text_digest_days_and_note(story, program):
    version = published(story, program)

    assert (version.label, version.text, version.sha256, version.note) == ("2026", TEXT, digest(TEXT), "First.")
    assert (str(version.effective_from), str(version.effective_until)) == ("2026-01-01", "2027-01-01")
    assert story.events()[-1] == "programs.version.published"


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [("currency: EUR", "currency: USD", "currency"), ('version: "2026"', f"version: {'x' * 41}", "version")],
)
def test_what_does_not_fit_the_network_is_not_published(story, program, old, new, column):
    with pytest.raises(DocumentRefused) as refusal:
        published(story, program, TEXT.replace(old, new))

    assert [problem.column for problem in refusal.value.problems] == [column]
    assert stored()[2] == []


def test_a_label_is_published_once(story, program):
    published(story, program)
    before = stored()

    with pytest.raises(DocumentRefused):
        published(story, program, TEXT.replace("1%", "1.5%"))

    assert stored()[2] == before[2]


@pytest.mark.parametrize(
    "statement", ["update programs_programversion set note = 'x'", "delete from programs_programversion"]
)
def test_a_published_version_never_changes(story, program, statement):
    published(story, program)
    before = stored()

    with (
        acting(story.scope("anna")),
        pytest.raises((DatabaseError, IntegrityError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert stored() == before


def test_the_same_draft_again_changes_nothing(story, program):
    before = story.events()
    with acting(story.scope("anna")):
        assert save_draft(program=program, text=TEXT, revision=1, at=NOW).revision == 1

    assert story.events() == before


def test_a_stale_revision_is_refused(story, program):
    with acting(story.scope("anna")):
        save_draft(program=program, text="a", revision=1, at=NOW)
    before = stored()
    for attempt in (
        lambda: save_draft(program=program, text="b", revision=1, at=NOW),
        lambda: set_incentive(program=program, incentive=EXTRA, revision=1, at=NOW),
        lambda: publish(program=program, revision=1, note="", at=NOW),
    ):
        with pytest.raises(DraftMovedOn), acting(story.scope("anna")):
            attempt()

    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins():
    story = tell()
    with acting(story.scope("anna")):
        program = create_program(network=story.network, name="Program", text=TEXT, at=NOW)
    scope, ready, outcomes = story.scope("anna"), threading.Barrier(2), []

    def save(text):
        ready.wait()
        try:
            with acting(scope):
                save_draft(program=program, text=text, revision=1, at=NOW)
            outcomes.append("saved")
        except DraftMovedOn:
            outcomes.append("moved on")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(text,)) for text in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["moved on", "saved"]
    assert stored()[1][0][1] == 2


def test_an_incentive_is_written_into_the_draft(story, program):
    with acting(story.scope("anna")):
        draft = set_incentive(program=program, incentive=EXTRA, revision=1, at=NOW)

        assert draft.revision == 2
        assert "  - id: extra" in draft.text
    with pytest.raises(Unprocessable), acting(story.scope("anna")):
        set_incentive(program=program, incentive={"id": "x", "colour": "red"}, revision=2, at=NOW)


@pytest.mark.parametrize(
    ("who", "failure"),
    [("aron", NotAllowed), ("dina", NotFound), ("pia", NotFound), ("frido", NotFound), ("otto", NotFound)],
)
def test_others_write_nothing(story, program, who, failure):
    before = stored()
    for attempt in (
        lambda: create_program(network=story.network, name="Mine", text=TEXT, at=NOW),
        lambda: save_draft(program=program, text="a", revision=1, at=NOW),
        lambda: set_incentive(program=program, incentive=EXTRA, revision=1, at=NOW),
        lambda: publish(program=program, revision=1, note="", at=NOW),
    ):
        with pytest.raises(failure), acting(story.scope(who)):
            attempt()

    assert stored() == before


@pytest.mark.parametrize(
    ("who", "seen"), [("anna", 1), ("aron", 1), ("dina", 1), ("pia", 1), ("frido", 1), ("otto", 0)]
)
def test_members_see_versions_and_only_the_operator_the_draft(story, program, who, seen):
    published(story, program)
    with acting(story.scope(who)):
        assert versions_of(program).count() == seen
        assert Program.objects.count() == seen
        assert Draft.objects.count() == (1 if who in ("anna", "aron") else 0)


def test_the_version_published_last_is_in_force(story, program):
    first = published(story, program)
    second = published(story, program, TEXT.replace('"2026"', '"2026-b"').replace("rate: 1%", "rate: 3%"))

    with acting(story.scope("pia")):
        assert version_in_force(story.network.id, TODAY) == second
        assert list(versions_of(program)) == [second, first]


def test_consequences_are_counted(story, program):
    published(story, program)
    text = TEXT.replace('"2026"', '"2026-b"').replace("rate: 2%", "rate: 3%").replace("[North]", "[North, South]", 1)
    with acting(story.scope("anna")):
        found = consequences(program, text, today=TODAY)

    assert [(c.id, c.bands_changed) for c in found.changes] == [("volume", 1)]
    assert [(rule.incentive.id, rule.matching) for rule in found.rules] == [("volume", 2), ("bonus", 3)]
    assert (found.members, [v.label for v in found.overlapping]) == (3, ["2026"])


def test_rules_say_who_takes_part(story, program):
    from hansa.programs.document import parse
    from hansa.programs.queries import own_standings

    with acting(story.scope("frido")):
        rules = rules_in_words(parse(TEXT).paying, own=own_standings(story.network.id, day=TODAY))

    assert [rule.own for rule in rules] == [False, True]
