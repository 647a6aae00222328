"""What each side may see and write, past the first wall too."""

import pytest
from django.db import connection
from django.db.models import Q
from django.db.utils import ProgrammingError

from hansa.companies.models import Company
from hansa.customers.models import Account, AccountList, Columns, NamedAccount
from hansa.customers.operations import receive_list
from hansa.customers.tests.conftest import NOW
from hansa.kit.scope import acting, system
from hansa.networks.models import Membership
from hansa.networks.operations.membership import move_membership

MODELS = (Company, Account, NamedAccount, AccountList, Columns)


@pytest.fixture
def full(fair, settings, tmp_path):
    """Two customers, one held by the member and one by its rival, and a list."""
    settings.FILES_ROOT = tmp_path
    fair.name(fair.add("Quartz Harbour Ltd"), "member")
    fair.name(fair.add("Opal Ferries"), "rival")
    with acting(fair.scope("vendor")):
        receive_list(network=fair.network, file_name="a.csv", chunks=[b"name,zip\nA,1\n"], at=NOW)
        Columns.objects.create(network=fair.network, signature="s", mapping={}, updated_at=NOW)
    return fair


def seen(fair, who):
    with acting(fair.scope(who)):
        return [model.objects.count() for model in MODELS]


@pytest.mark.parametrize(
    ("who", "counts"),
    [("vendor", [2, 2, 2, 1, 1]), ("member", [2, 0, 1, 0, 0]), ("rival", [2, 0, 1, 0, 0]), ("stranger", [0] * 5)],
)
def test_each_sees_its_part_behind_both_walls(full, who, counts, monkeypatch):
    assert seen(full, who) == counts
    for model in MODELS:
        monkeypatch.setattr(model, "visible_to", classmethod(lambda cls, scope: Q()))

    assert seen(full, who) == counts


@pytest.mark.parametrize(
    "statement",
    [
        "update companies_company set name = 'Forged'",
        "update customers_namedaccount set reason = 'Forged'",
        "update customers_namedaccount set until_on = null, from_on = '2000-01-01'",
        "insert into customers_columns (id, network_id, signature, mapping, updated_at)"
        " select uuidv7(), id, 'forged', '{}', now() from networks_network",
        "insert into companies_reader (id, space, organization_id) select uuidv7(), id, id from networks_network",
    ],
)
def test_a_member_writes_nothing_past_the_first_wall(full, statement):
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, acting(full.scope("member")), connection.cursor() as cursor:
        cursor.execute(statement)

    with acting(system("looking again")):
        assert not Company.objects.filter(name="Forged").exists()
        assert not NamedAccount.objects.filter(Q(reason="Forged") | Q(from_on="2000-01-01")).exists()


def move(fair, state, who="vendor"):
    with acting(fair.scope("vendor")):
        row = Membership.objects.get(organization=fair.organizations["member"])
    with acting(fair.scope(who)):
        move_membership(membership=row, state=state, reason="As agreed", at=NOW)


def test_who_is_suspended_or_has_left_reads_the_directory_no_more(full):
    for state, customers in (("SUSPENDED", 0), ("ACTIVE", 2), ("ENDED", 0)):
        move(full, state)
        assert seen(full, "member")[0] == customers
        assert seen(full, "rival")[0] == 2


def test_whoever_has_left_still_sees_what_it_held_but_not_whom(full):
    move(full, "ENDED")
    with acting(full.scope("member")):
        assert NamedAccount.objects.count() == 1
        assert NamedAccount.objects.select_related("company").count() == 1
        assert list(NamedAccount.objects.filter(company__name__startswith="Quartz")) == []
