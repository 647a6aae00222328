"""Both walls: whoever is neither a side nor runs the network finds no row of a case, through models or past them."""

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Q

from hansa.disputes.models import Acceptance, Appeal, Case, Evidence, Grounds, Remedy, Rest
from hansa.disputes.operations import accept_remedy, appeal, rest_case
from hansa.disputes.queries import bench_of, candidate, case_by_code, case_file, evidence_by_id, grounds_of
from hansa.disputes.tests.story import DAY, EVIDENCE_UNTIL, NOW, join
from hansa.kit.failures import NotAllowed, NotFound
from hansa.kit.scope import NOBODY, UnscopedAccess, acting, system

pytestmark = pytest.mark.django_db
MODELS = (Case, Evidence, Rest, Remedy, Acceptance, Appeal, Grounds)
TABLES = [model._meta.db_table for model in MODELS]


@pytest.fixture
def full(story):
    """A case with something in every table."""
    case = story.assigned()
    with acting(story.scope("paul")):
        rest_case(case=case, at=NOW + DAY)
    story.lapse(EVIDENCE_UNTIL)
    story.propose(case, at=EVIDENCE_UNTIL)
    at = EVIDENCE_UNTIL + 2 * DAY
    with acting(story.scope("paul")):
        accept_remedy(case=case, at=at)
    with acting(story.scope("frida")):
        appeal(case=case, reason="No.", at=at)
    return story


def counts():
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"select count(*) from {table}")
            found.append(cursor.fetchone()[0])
        return found


SEEN = {
    "vera": [1, 1, 1, 1, 1, 1, 1],
    "finn": [1, 1, 1, 1, 1, 1, 1],
    "paul": [1, 1, 1, 1, 1, 1, 0],
    "frida": [1, 1, 1, 1, 1, 1, 0],
    "hanna": [0] * 7,
    "olaf": [0] * 7,
}


@pytest.mark.parametrize("who", SEEN)
def test_each_wall_alone_shows_a_case_to_its_sides_and_the_operator(full, who, monkeypatch):
    with acting(full.scope(who)):
        assert [model.objects.count() for model in MODELS] == SEEN[who]
        assert counts() == SEEN[who]
        for model in MODELS:
            monkeypatch.setattr(model, "visible_to", classmethod(lambda cls, scope: Q()))
        assert [model.objects.count() for model in MODELS] == SEEN[who]


def test_nobody_and_no_scope_find_nothing(full):
    with acting(NOBODY):
        assert [model.objects.count() for model in MODELS] == [0] * 7
    assert counts() == [0] * 7
    with pytest.raises(UnscopedAccess):
        Case.objects.count()


def test_both_sides_and_the_operator_read_the_same_file(full):
    files = []
    for who in ("paul", "frida", "vera"):
        with acting(full.scope(who)):
            file = case_file(Case.objects.get())
            files.append((file.evidence, file.proposed, file.final, file.accepted, file.appeal))
    assert files[0] == files[1] == files[2]


def test_a_case_of_another_network_or_code_is_not_found(full):
    with acting(full.scope("paul")):
        case = Case.objects.get()
        assert case_by_code(full.network.id, case.code) == case
        with pytest.raises(NotFound):
            case_by_code(case.id, case.code)
        with pytest.raises(NotFound):
            case_by_code(full.network.id, "zzzzzzzz")
        with pytest.raises(NotFound):
            evidence_by_id(case, case.id)
        assert grounds_of(case) is None


def test_who_works_for_the_operator_and_for_a_side_is_known_as_both(full):
    with acting(system("test")):
        join(full, "tina", "fir", "rep")
    with acting(full.scope("vera")):
        found = candidate(full.people["tina"].id)
        assert found.organizations == {full.organizations["vendor"].id, full.organizations["fir"].id}
        assert found.may_decide
        assert not candidate(full.people["finn"].id).may_decide
        assert not candidate(full.people["paul"].id).may_decide


def test_the_bench_knows_who_spoke_and_who_decided(full):
    people = full.people
    with acting(full.scope("vera")):
        bench = bench_of(Case.objects.select_related("network").get())
    assert bench.parties == {full.organizations["elm"].id, full.organizations["fir"].id}
    assert bench.operator_id == full.organizations["vendor"].id
    assert bench.interested == {people["otto"].id}
    assert bench.spoke == {people["paul"].id, people["frida"].id}
    assert bench.decided == {people["mara"].id}


def test_a_case_is_read_only_by_those_whose_roles_show_cases(full):
    scope = full.scope("paul")
    with acting(replace(scope, capabilities=frozenset({"networks.view"}))), pytest.raises(NotAllowed):
        case_by_code(full.network.id, "x")
