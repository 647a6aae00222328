import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from hansa.companies import keys
from hansa.companies.models import Company
from hansa.companies.operations import (
    correct_company,
    let_read,
    merge_companies,
    note_other_name,
    refresh_statistics,
    stop_reading,
    take_companies,
)
from hansa.companies.queries import candidates, directory_candidates
from hansa.companies.sql import FUNCTIONS, KEY_TABLES
from hansa.companies.tests.conftest import NOW
from hansa.engines.matching import Company as Asked
from hansa.engines.matching import name_keys
from hansa.engines.matching.retrieval import KEEP
from hansa.kit import config
from hansa.kit.postgres import Cluster
from hansa.kit.scope import acting


def names_found(places, name, *, who="elm", search=directory_candidates, space=None, **facts):
    with acting(places.scope(who)):
        return [each.company.name for each in search(space or places.space, Asked(name, **facts))]


def in_another_connection(question):
    answers = []

    def ask():
        try:
            answers.append(question())
        finally:
            connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    return answers[0]


@pytest.mark.parametrize(
    "spelled", ["Lindqvist Marine AB", "Lindqist Marine Ltd", "LINDQVIST MARINE", "Lindqvıst  Marıne GmbH"]
)
def test_a_company_committed_a_moment_ago_is_found_by_the_next_connection(committed_places, spelled):
    committed_places.know("Lindqvist Marine AB")

    assert in_another_connection(lambda: names_found(committed_places, spelled)) == ["Lindqvist Marine AB"]


def test_a_company_is_found_in_the_transaction_that_made_it(places):
    with acting(places.scope("vendor")):
        places.know("Lindqvist Marine AB")

        assert [each.company.name for each in candidates(places.space, Asked("Lindqvist Marine"))] == [
            "Lindqvist Marine AB"
        ]


def test_a_company_is_found_by_its_domain_under_any_name(places):
    places.know("Lindqvist Marine AB", domain="lindqvist.se")

    assert names_found(places, "Something Else", domain="www.lindqvist.se") == ["Lindqvist Marine AB"]


def test_after_a_rename_the_old_name_finds_nothing(places):
    company = places.know("Lindqvist Marine AB", domain="lindqvist.se")
    with acting(places.scope("vendor")):
        _, changed = correct_company(company_id=company.id, facts={"name": "Northsound Ferries AB", "domain": ""})

    assert changed == ["name", "domain"]
    assert names_found(places, "Northsound Feries") == ["Northsound Ferries AB"]
    assert names_found(places, "Lindqvist Marine", domain="lindqvist.se") == []


def test_a_company_is_found_by_its_other_name_and_keeps_its_own(places):
    company = places.know("Northsound Ferries AB")
    with acting(places.scope("vendor")):
        note_other_name(company_id=company.id, name="Lindqvist Marine AB", kind="FORMER", at=NOW)
        correct_company(company_id=company.id, facts={"name": "Northsound Group AB"})

    assert names_found(places, "Lindqvist Marine") == ["Northsound Group AB"]


def test_a_rivals_private_row_is_found_by_the_check_and_never_by_the_directory(places):
    places.know("Quartz Harbour Ltd", by="fir", domain="quartz.example")

    assert names_found(places, "Quartz Harbour", search=candidates) == ["Quartz Harbour Ltd"]
    assert names_found(places, "Quartz Harbour", domain="quartz.example") == []
    assert names_found(places, "Quartz Harbour", who="vendor") == []
    assert names_found(places, "Quartz Harbour", who="fir") == ["Quartz Harbour Ltd"]


def test_a_rivals_private_rows_change_nothing_of_what_the_directory_answers(places):
    for number in range(6):
        places.know(f"Quartz Harbour {number} Ltd")
    before = _told(places)
    for number in range(40):
        places.know(f"Quartz Harbour {number} Inc", by="fir", domain="quartz.example")
    with acting(places.scope("vendor")):
        refresh_statistics(space=places.space)

    assert _told(places) == before


def _told(places):
    with acting(places.scope("elm")):
        found = directory_candidates(places.space, Asked("Quartz Harbour", domain="quartz.example"))
    return [(each.code, each.match) for each in found]


def test_another_network_is_never_searched(places):
    places.know("Quartz Harbour Ltd", space=places.elsewhere)

    assert names_found(places, "Quartz Harbour", who="vendor") == []
    assert names_found(places, "Quartz Harbour", who="vendor", search=candidates) == []
    assert names_found(places, "Quartz Harbour", who="vendor", space=places.elsewhere) == ["Quartz Harbour Ltd"]


def test_only_readers_search_the_directory(places):
    places.know("Quartz Harbour Ltd")

    assert names_found(places, "Quartz Harbour", who="outsider") == []
    let_read(space=places.space, organization_ids=[places.organizations["outsider"]])
    assert names_found(places, "Quartz Harbour", who="outsider") == ["Quartz Harbour Ltd"]
    stop_reading(space=places.space, organization_id=places.organizations["outsider"])
    assert names_found(places, "Quartz Harbour", who="outsider") == []


def test_a_list_is_found_like_single_companies(places):
    with acting(places.scope("vendor")):
        ids = take_companies(
            space=places.space,
            companies=[{"name": f"Quartz Harbour {word} Ltd", "country": "GB"} for word in ("North", "South", "East")],
            at=NOW,
        )
        south = Company.objects.get(id=ids[1])

    assert (south.name, south.country, south.name_key) == ("Quartz Harbour South Ltd", "GB", "quartz harbour south")
    assert names_found(places, "Quarts Harbour South")[0] == "Quartz Harbour South Ltd"


def test_the_merged_row_leads_to_the_one_that_stays(places):
    gone, kept = places.know("Lindqvist Marine AB"), places.know("Northsound Ferries AB")
    with acting(places.scope("vendor")):
        merge_companies(company_id=gone.id, into_id=kept.id, reason="Renamed in May", at=NOW)

    assert names_found(places, "Lindqvist Marine") == ["Northsound Ferries AB"]


def test_nothing_is_asked_when_nothing_is_said(places):
    places.know("Quartz Harbour Ltd")

    assert names_found(places, "   ") == []


def test_the_statistics_count_the_directory_once(places):
    with acting(places.scope("vendor")):
        take_companies(space=places.space, companies=[{"name": f"Harbour {n:03} Ltd"} for n in range(12)], at=NOW)
        counted = keys.counted(places.space)
        refresh_statistics(space=places.space)

        assert (counted, keys.counted(places.space)) == (12, 12)


def test_the_statement_for_many_keeps_what_the_engines_for_one_would(committed_places):
    company = committed_places.know("Lindqvist Marine Services AB")
    pieces = name_keys(str(committed_places.space), company.name)
    read = "select key, inv from companies_match_key order by key"
    with Cluster(config.home() / "postgres").connect(dbname=connection.settings_dict["NAME"]) as admin:
        kept = admin.execute(read).fetchall()
        admin.execute("delete from companies_match_key")
        admin.execute(KEEP, {"keys": pieces, "facts": [], "size": 0, "company": company.row})

        assert admin.execute(read).fetchall() == kept
    assert len(kept) == 16


@pytest.mark.parametrize("table", KEY_TABLES)
def test_the_app_cannot_read_keys(places, table):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"select * from {table}")


def test_nobody_but_the_app_may_call_the_functions(places):
    with connection.cursor() as cursor:
        for signature in FUNCTIONS:
            cursor.execute(
                "select has_function_privilege('public', %s, 'execute'), has_function_privilege(current_user, %s, 'execute')",
                [signature, signature],
            )
            assert cursor.fetchone() == (False, True)


@pytest.mark.parametrize(
    ("who", "known_to"), [("elm", None), ("elm", "fir"), ("outsider", None)], ids=["directory", "rival", "outsider"]
)
def test_nobody_writes_keys_into_anothers_rows(places, who, known_to):
    company = places.know("Quartz Harbour Ltd", by=known_to or "vendor")
    circle = places.organizations[known_to] if known_to else None
    with acting(places.scope(who)):
        for write in ("keep", "forget"):
            with pytest.raises(ProgrammingError, match="not yours"), acting(places.scope(who)):
                if write == "keep":
                    keys.keep(space=places.space, known_to=circle, names={company.row: "Forged"}, facts={})
                else:
                    keys.forget(space=places.space, known_to=circle, row=company.row, names=["Quartz"], facts=Asked(""))

    assert names_found(places, "Forged", search=candidates, who="vendor") == []


def test_an_unknown_row_gets_no_keys(places):
    with pytest.raises(ProgrammingError, match="not yours"), acting(places.scope("vendor")):
        keys.keep(space=places.space, known_to=None, names={2_000_000: "Nobody"}, facts={})


def test_spaces_without_any_company_answer_nothing(places):
    assert names_found(places, "Quartz", who="vendor", space=uuid4()) == []
