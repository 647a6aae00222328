import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa.companies import keys
from hansa.companies.models import Company
from hansa.companies.operations import lists, refresh_statistics, take_companies
from hansa.companies.queries import directory_candidates
from hansa.companies.tasks import refresh
from hansa.companies.tests.conftest import NOW
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import NotFound
from hansa.kit.scope import acting


def take(places, *names, who="vendor"):
    with acting(places.scope(who)):
        return take_companies(space=places.space, companies=[{"name": name} for name in names], at=NOW)


def numbered(count, word="Quartz"):
    return [f"{word} {number:04} Ltd" for number in range(count)]


def jobs():
    return list(
        ProcrastinateJob.objects.filter(task_name="hansa.companies.tasks.refresh").values_list("args", flat=True)
    )


@pytest.mark.parametrize("who", ["elm", "outsider"])
def test_only_those_who_run_the_space_take_lists_and_count(places, who):
    with pytest.raises(NotFound):
        take(places, "Quartz", who=who)
    with acting(places.scope(who)), pytest.raises(NotFound):
        refresh_statistics(space=places.space)

    with acting(places.scope("vendor")):
        assert Company.objects.count() == 0


def test_a_list_goes_in_parts_and_keeps_its_order(places, monkeypatch):
    monkeypatch.setattr(lists, "AT_ONCE", 3)
    names = numbered(10)
    ids = take(places, *names)
    with acting(places.scope("vendor")):
        known = {row.id: row.name for row in Company.objects.all()}

    assert [known[each] for each in ids] == names


def test_an_empty_list_takes_nothing(places):
    assert take(places) == []


def test_a_new_space_is_counted_as_it_fills_and_then_left_to_the_job(places, monkeypatch):
    monkeypatch.setattr(lists, "AT_ONCE", 10)
    counted = []
    for _ in range(5):
        take(places, *numbered(10))
        counted.append(keys.counted(places.space))

    assert counted == [10, 20, 30, 30, 30]


def test_a_space_that_has_grown_by_half_is_counted_by_a_job(places, monkeypatch):
    monkeypatch.setattr(lists, "SMALLEST", 20)
    monkeypatch.setattr(lists, "LOOKED_AT_EACH", 1)
    take(places, *numbered(20))
    assert jobs() == []
    for name in numbered(11, "Opal"):
        places.know(name)

    assert {"space": str(places.space)} in jobs()
    refresh(str(places.space))
    assert keys.counted(places.space) == 31


def test_it_is_not_looked_at_with_every_company(places, monkeypatch):
    monkeypatch.setattr(lists, "SMALLEST", 0)
    monkeypatch.setattr(lists, "LOOKED_AT_EACH", 10**9)
    places.know("Quartz")

    assert jobs() == []


def test_counting_again_without_growth_changes_nothing(places):
    take(places, *numbered(12))
    with acting(places.scope("vendor")):
        assert refresh_statistics(space=places.space) == 12
        places.know("One more")
        assert refresh_statistics(space=places.space) == 13

    assert keys.counted(places.space) == 12


def test_private_rows_are_not_counted(places):
    take(places, *numbered(10))
    for name in numbered(10, "Opal"):
        places.know(name, by="elm")
    with acting(places.scope("vendor")):
        refresh_statistics(space=places.space)

    assert keys.counted(places.space) == 10


def test_a_common_word_does_not_hide_the_rare_one(places):
    take(places, *numbered(300, "Harbour Services"), "Zyxolin Harbour Services Ltd")
    with acting(places.scope("elm")):
        found = directory_candidates(places.space, Asked("Zyxolin Harbor Services"), top=3)

    assert found[0].company.name == "Zyxolin Harbour Services Ltd"


def test_no_more_candidates_come_than_were_asked_for(places):
    take(places, *numbered(30))
    with acting(places.scope("elm")):
        assert [len(directory_candidates(places.space, Asked("Quartz 0007"), top=top)) for top in (1, 5)] == [1, 5]


def test_spaces_are_counted_apart(places):
    take(places, *numbered(12))

    assert (keys.counted(places.space), keys.counted(places.elsewhere)) == (12, 0)
