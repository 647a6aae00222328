from datetime import date, timedelta

import pytest
from django.db.utils import IntegrityError, InternalError, ProgrammingError

from hansa.companies.models import FACTS, Company, OtherName, Parent, Reader, Sameness
from hansa.companies.operations import (
    correct_company,
    know_company,
    let_read,
    merge_companies,
    note_other_name,
    say_sameness,
    set_parent,
)
from hansa.companies.queries import company_by_code, other_names_of, said_of
from hansa.companies.rules import checked_facts
from hansa.companies.tests.conftest import NOW
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system


def seen(places, who, model=Company):
    with acting(places.scope(who)):
        return model.objects.count()


def test_the_directory_is_read_by_those_who_run_it_and_by_its_readers(places):
    places.know("Quartz Harbour Ltd")

    assert [seen(places, who) for who in ("vendor", "elm", "fir", "outsider")] == [1, 1, 1, 0]


def test_a_private_row_is_read_by_its_organization_alone(places):
    places.know("Quartz Harbour Ltd", by="elm")

    assert [seen(places, who) for who in ("vendor", "elm", "fir", "outsider")] == [0, 1, 0, 0]


def test_two_rows_for_one_firm_are_normal(places):
    for by in ("vendor", "vendor", "elm", "fir"):
        places.know("Quartz Harbour Ltd", by=by, lei="5493001KJTIIGC8Y1R12")

    assert [seen(places, who) for who in ("vendor", "elm", "fir")] == [2, 3, 3]


def test_a_company_has_a_number_of_its_own_and_a_key_to_sort_by(places):
    first, second = places.know("Quartz Harbour Ltd"), places.know("QUARTZ HARBOUR")

    assert second.row == first.row + 1
    assert (first.name_key, second.name_key) == ("quartz harbour", "quartz harbour")
    assert first.code != second.code


@pytest.mark.parametrize("who", ["elm", "outsider"])
def test_only_those_who_run_the_space_write_its_directory(places, who):
    company = places.know("Quartz Harbour Ltd")
    with acting(places.scope(who)):
        with pytest.raises(NotFound):
            know_company(space=places.space, facts={"name": "Mine"}, at=NOW)
        with pytest.raises(NotFound):
            correct_company(company_id=company.id, facts={"name": "Mine"})

    assert seen(places, "vendor") == 1


def test_nobody_knows_something_in_the_name_of_another(places):
    with acting(places.scope("elm")), pytest.raises(NotFound):
        know_company(space=places.space, known_to=places.organizations["fir"], facts={"name": "Mine"}, at=NOW)


def test_past_the_first_wall_the_second_refuses(places):
    places.know("Quartz Harbour Ltd")
    with acting(places.scope("elm")):
        with pytest.raises(ProgrammingError, match="row-level security"), acting(places.scope("elm")):
            Company.objects.update(name="Forged")
        with pytest.raises(ProgrammingError, match="row-level security"), acting(places.scope("elm")):
            Reader.objects.create(space=places.elsewhere, organization_id=places.organizations["elm"])


def test_correcting_to_what_stands_there_changes_nothing(places):
    company = places.know("Quartz Harbour Ltd", city="Hull")
    with acting(places.scope("vendor")):
        assert correct_company(company_id=company.id, facts={"city": "Hull"})[1] == []


def test_readers_are_entered_once(places):
    for _ in range(2):
        let_read(space=places.space, organization_ids=[places.organizations["outsider"]])

    with acting(system("counting readers")):
        assert Reader.objects.filter(space=places.space).count() == 3


def test_another_name_is_noted_once_and_seen_like_its_company(places):
    company = places.know("Quartz Harbour Ltd", by="elm")
    with acting(places.scope("elm")):
        note_other_name(company_id=company.id, name=" Quartz  Port ", kind="TRADING", at=NOW)

        assert [each.name for each in other_names_of(company)] == ["Quartz Port"]
        for name, kind in (("Quartz Port", "TRADING"), ("Quartz Harbour Ltd", "ALIAS"), ("", "ALIAS"), ("New", "NICK")):
            with pytest.raises(Unprocessable):
                note_other_name(company_id=company.id, name=name, kind=kind, at=NOW)
    assert [seen(places, who, OtherName) for who in ("vendor", "elm", "fir")] == [0, 1, 0]


def test_a_new_parent_ends_the_one_before(places):
    child, first, second = (places.know(name) for name in ("Child Ltd", "First Group", "Second Group"))
    with acting(places.scope("vendor")):
        set_parent(child_id=child.id, parent_id=first.id, from_on=date(2020, 1, 1), at=NOW)
        set_parent(child_id=child.id, parent_id=second.id, at=NOW)
        rows = list(Parent.objects.order_by("from_on").values_list("parent__name", "from_on", "until_on"))
        set_parent(child_id=child.id, parent_id=None, from_on=date(2026, 4, 1), at=NOW)

        assert rows == [
            ("First Group", date(2020, 1, 1), date(2026, 3, 10)),
            ("Second Group", date(2026, 3, 10), None),
        ]
        assert Parent.objects.filter(until_on=None).count() == 0


def test_nobody_is_its_own_grandparent(places):
    child, parent = places.know("Child Ltd"), places.know("Group")
    with acting(places.scope("vendor")):
        set_parent(child_id=child.id, parent_id=parent.id, at=NOW)
        for below in (child, parent):
            with pytest.raises(Unprocessable):
                set_parent(child_id=parent.id, parent_id=below.id, at=NOW)


def test_a_parent_of_another_space_is_none(places):
    child, foreign = places.know("Child Ltd"), places.know("Group", space=places.elsewhere)
    with acting(places.scope("vendor")), pytest.raises(Unprocessable):
        set_parent(child_id=child.id, parent_id=foreign.id, at=NOW)


def test_sameness_is_read_by_those_who_run_the_space_and_only_added_to(places):
    one, other = places.know("Quartz Ltd", by="elm"), places.know("Quartz Inc", by="fir")
    with acting(system("answering for the operator")):
        say_sameness(one_id=one.id, other_id=other.id, answer="SAME", reason="One address", at=NOW)
        say_sameness(one_id=other.id, other_id=one.id, answer="ANOTHER", reason="", at=NOW + timedelta(days=1))

    assert [seen(places, who, Sameness) for who in ("vendor", "elm", "fir", "outsider")] == [2, 0, 0, 0]
    assert [said.answer for said in said_of({one.id, other.id})] == ["ANOTHER", "SAME"]
    with acting(places.scope("vendor")), pytest.raises((InternalError, IntegrityError)), acting(places.scope("vendor")):
        Sameness.objects.update(answer="SAME")


def test_sameness_needs_two_rows_of_one_space_and_a_known_answer(places):
    one, other, foreign = places.know("A"), places.know("B"), places.know("C", space=places.elsewhere)
    with acting(places.scope("vendor")):
        for pair in ((one, one), (one, foreign)):
            with pytest.raises(NotFound):
                say_sameness(one_id=pair[0].id, other_id=pair[1].id, answer="SAME", reason="", at=NOW)
        with pytest.raises(Unprocessable):
            say_sameness(one_id=one.id, other_id=other.id, answer="MAYBE", reason="", at=NOW)
    with acting(places.scope("elm")), pytest.raises(NotFound):
        say_sameness(one_id=one.id, other_id=other.id, answer="SAME", reason="", at=NOW)

    assert seen(places, "vendor", Sameness) == 0


def test_merging_keeps_the_names_the_subsidiaries_and_a_sameness(places):
    gone, kept, child = (places.know(name) for name in ("Quartz Ltd", "Quartz Group", "Quartz Sub"))
    with acting(places.scope("vendor")):
        note_other_name(company_id=gone.id, name="Old Quartz", kind="FORMER", at=NOW)
        set_parent(child_id=child.id, parent_id=gone.id, at=NOW)
        merge_companies(company_id=gone.id, into_id=kept.id, reason="Same register number", at=NOW)

        assert [each.name for each in other_names_of(kept)] == ["Old Quartz", "Quartz Ltd"]
        assert Parent.objects.get(child=child).parent_id == kept.id
        assert company_by_code(places.space, gone.code).merged_into_id == kept.id
        assert Sameness.objects.get().reason == "Same register number"
        with pytest.raises(NotPossibleNow):
            merge_companies(company_id=gone.id, into_id=kept.id, reason="", at=NOW)


def test_only_rows_of_the_same_directory_are_merged(places):
    one, foreign = places.know("A"), places.know("B", space=places.elsewhere)
    with acting(places.scope("vendor")):
        for into in (one, foreign):
            with pytest.raises(Unprocessable):
                merge_companies(company_id=one.id, into_id=into.id, reason="", at=NOW)


def test_facts_are_brought_into_their_normal_form():
    facts, problems = checked_facts(
        {"name": "  Quartz   Ltd ", "domain": "https://www.Quartz.com/x", "country": "gb", "duns": "15-048-3782"},
        countries={"GB"},
    )

    assert facts == {"name": "Quartz Ltd", "domain": "quartz.com", "country": "GB", "duns": "150483782"}
    assert problems == []
    assert set(facts) <= set(FACTS)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", " ", "the name of the company"),
        ("name", "x" * 201, "up to 200 visible characters"),
        ("city", "a\x00b", "up to 80 visible characters"),
        ("country", "XX", "a country by its two letters, such as DE"),
        ("domain", "gmail.com", "a company's own domain: this one belongs to a mail service"),
    ],
)
def test_what_is_wrong_with_a_fact_is_said(field, value, expected):
    _, problems = checked_facts({"name": "Quartz", field: value}, countries={"GB"}, file="list.csv", row=7)

    assert [(p.file, p.row, p.column, p.expected) for p in problems] == [("list.csv", 7, field, expected)]
