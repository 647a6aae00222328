from datetime import date

import pytest

from hansa.activity.models import Event
from hansa.companies.models import Company, OtherName, Sameness
from hansa.customers import queries
from hansa.customers.models import Account, NamedAccount
from hansa.customers.operations import (
    Keeping,
    add_customer,
    correct_customer,
    end_named_account,
    guard_merges,
    merge_customers,
    merging,
    name_account,
    note_customer_name,
    set_customer_parent,
)
from hansa.customers.tests.conftest import NOW
from hansa.engines.matching import Company as Asked
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import acting, system


def found_by(fair, who, name):
    with acting(fair.scope(who)):
        return [each.company.name for each in queries.candidates_for(fair.network, Asked(name))]


def kinds():
    with acting(system("reading events")):
        return list(
            Event.objects.filter(kind__startswith="customers.").order_by("at", "id").values_list("kind", flat=True)
        )


def test_a_customer_is_found_by_everybody_in_the_network_and_by_nobody_else(fair):
    fair.add("Quartz Harbour Ltd", country="GB")

    assert found_by(fair, "member", "Quarz Harbor") == ["Quartz Harbour Ltd"]
    assert found_by(fair, "rival", "Quarz Harbor") == ["Quartz Harbour Ltd"]
    assert kinds() == ["customers.customer.added"]
    with acting(fair.scope("stranger")):
        assert list(queries.customers_of(fair.network.id)) == []


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_those_who_run_the_network_add_customers(fair, who):
    with acting(fair.scope(who)), pytest.raises(NotFound):
        add_customer(network=fair.network, facts={"name": "Mine"}, at=NOW)

    assert kinds() == []


def test_what_is_kept_of_a_customer_is_seen_by_its_operator_alone(fair):
    owner = fair.people["vendor"].id
    with acting(fair.scope("vendor")):
        keeping = Keeping("Public", "C-7", owner, date(2024, 1, 1))
        company = add_customer(network=fair.network, facts={"name": "Quartz"}, keeping=keeping, at=NOW)

        assert queries.account_of(company).owner.name == "vendor"
        assert queries.segments_of(fair.network.id) == ["Public"]
    with acting(fair.scope("member")):
        assert queries.account_of(company) is None
        assert queries.segments_of(fair.network.id) == []
        with pytest.raises(NotFound):
            queries.customers_of(fair.network.id, segment="Public")


@pytest.mark.parametrize(
    ("facts", "keeping", "column"),
    [
        ({"name": ""}, Keeping(), "name"),
        ({"name": "A", "domain": "gmail.com"}, Keeping(), "domain"),
        ({"name": "A"}, Keeping(segment="x" * 61), "segment"),
        ({"name": "A"}, Keeping(reference="TAKEN"), "reference"),
    ],
)
def test_a_wrong_customer_is_refused_and_nothing_is_kept(fair, facts, keeping, column):
    with acting(fair.scope("vendor")):
        add_customer(network=fair.network, facts={"name": "First"}, keeping=Keeping(reference="TAKEN"), at=NOW)
        with pytest.raises(Unprocessable) as refusal:
            add_customer(network=fair.network, facts=facts, keeping=keeping, at=NOW)

        assert [problem.column for problem in refusal.value.problems] == [column]
        assert Company.objects.count() == 1


def test_an_owner_is_a_person_of_the_own_organization(fair):
    with acting(fair.scope("vendor")), pytest.raises(Unprocessable):
        keeping = Keeping(owner_id=fair.people["member"].id)
        add_customer(network=fair.network, facts={"name": "Quartz"}, keeping=keeping, at=NOW)


def test_correcting_says_what_changed_and_nothing_when_nothing_did(fair):
    company = fair.add("Quartz Harbour Ltd")
    with acting(fair.scope("vendor")):
        correct_customer(network=fair.network, company=company, facts={"name": "Quartz Harbour Ltd"}, at=NOW)
        correct_customer(
            network=fair.network, company=company, facts={"name": "Opal Harbour"}, keeping=Keeping("Public"), at=NOW
        )
        told = Event.objects.get(kind="customers.customer.corrected").facts

        assert told == {"code": company.code, "changed": ["account", "name"]}
    assert found_by(fair, "member", "Opal Harbour") == ["Opal Harbour"]


def test_other_names_and_the_parent_are_part_of_the_identity(fair):
    company, group = fair.add("Quartz Harbour Ltd"), fair.add("Opal Group")
    with acting(fair.scope("vendor")):
        note_customer_name(network=fair.network, company=company, name="Old Quay", kind="FORMER", at=NOW)
        set_customer_parent(network=fair.network, company=company, parent=group, at=NOW)
    with acting(fair.scope("member")):
        identity, above = queries.identity_of(company), queries.identity_of(group)

        assert [each.name for each in identity.other_names] == ["Old Quay"]
        assert identity.parent.name == "Opal Group"
        assert [each.name for each in above.subsidiaries] == ["Quartz Harbour Ltd"]


def test_the_count_stops_where_nobody_counts_on(fair, monkeypatch):
    for name in ("A", "B", "C"):
        fair.add(name)
    monkeypatch.setattr(queries, "COUNTED_TO", 2)
    with acting(fair.scope("member")):
        assert queries.count_up_to(queries.customers_of(fair.network.id)) == (2, True)


def test_a_named_account_is_seen_by_its_holder_and_the_operator(fair):
    company = fair.add("Quartz Harbour Ltd")
    fair.name(company, "member", family="Bikes", reason="Since 2019")

    def seen(who):
        with acting(fair.scope(who)):
            return [row.family for row in queries.named_accounts_of(fair.network.id, on=NOW.date())]

    assert [seen(who) for who in ("vendor", "member", "rival", "stranger")] == [["Bikes"], ["Bikes"], [], []]


def test_the_operators_direct_sales_and_active_members_may_hold_accounts(fair):
    company = fair.add("Quartz Harbour Ltd")
    with acting(fair.scope("vendor")):
        assert [each.name for each in queries.holders_of(fair.network)] == ["", "Member", "Rival"]
    fair.name(company, "vendor")
    with pytest.raises(Unprocessable):
        fair.name(company, "stranger")


def test_a_holder_has_an_account_once_at_a_time(fair):
    company = fair.add("Quartz Harbour Ltd")
    fair.name(company, "member", until_on=date(2026, 6, 1))
    fair.name(company, "member", from_on=date(2026, 6, 1))
    fair.name(company, "member", family="Bikes")
    with pytest.raises(Unprocessable) as refusal:
        fair.name(company, "member", from_on=date(2026, 5, 1), until_on=date(2026, 5, 2))

    assert refusal.value.problems[0].column == "from_on"


def test_a_named_account_ends_once_and_after_its_first_day(fair):
    named = fair.name(fair.add("Quartz Harbour Ltd"), "member")
    with acting(fair.scope("vendor")):
        end = {"network": fair.network, "named_account_id": named.id, "reason": "Moved", "at": NOW}
        with pytest.raises(Unprocessable):
            end_named_account(until_on=NOW.date(), **end)
        end_named_account(until_on=date(2026, 4, 1), **end)
        with pytest.raises(NotPossibleNow):
            end_named_account(until_on=date(2026, 5, 1), **end)

        assert NamedAccount.objects.get().until_on == date(2026, 4, 1)
    assert kinds()[-2:] == ["customers.account.named", "customers.account.ended"]


def test_merging_moves_names_and_named_accounts_and_leaves_a_sameness(fair):
    gone, kept = fair.add("Quartz Harbour Ltd"), fair.add("Opal Group")
    fair.name(gone, "member")
    with acting(fair.scope("vendor")):
        merge_customers(network=fair.network, company=gone, into=kept, reason="One register entry", at=NOW)

        assert NamedAccount.objects.get().company_id == kept.id
        assert OtherName.objects.get().name == "Quartz Harbour Ltd"
        assert Sameness.objects.get().answer == "SAME"
        assert Account.objects.count() == 2
        assert [row.name for row in queries.customers_of(fair.network.id)] == ["Opal Group"]
        gone.refresh_from_db()
        with pytest.raises(NotPossibleNow):
            name_account(
                network=fair.network,
                company=gone,
                holder_id=fair.organizations["member"].id,
                from_on=NOW.date(),
                at=NOW,
            )
    assert found_by(fair, "member", "Quartz Harbour") == ["Opal Group"]


def test_a_guard_above_refuses_a_merger_and_nothing_changes(fair, monkeypatch):
    monkeypatch.setattr(merging, "_GUARDS", [])
    gone, kept = fair.add("Quartz Harbour Ltd"), fair.add("Opal Group")

    @guard_merges
    def refuse(first, second):
        raise NotPossibleNow(f"{first.name} and {second.name} each have a protected project.")

    with acting(fair.scope("vendor")), pytest.raises(NotPossibleNow, match="Quartz Harbour Ltd and Opal Group"):
        merge_customers(network=fair.network, company=gone, into=kept, reason="", at=NOW)
    with acting(fair.scope("vendor")):
        assert (Company.objects.filter(merged_into=None).count(), Sameness.objects.count()) == (2, 0)


def test_a_private_row_is_no_customer(fair):
    from hansa.companies.operations import know_company

    member = fair.organizations["member"].id
    with acting(fair.scope("member")):
        own = know_company(space=fair.network.id, known_to=member, facts={"name": "Quartz"}, at=NOW)
        with pytest.raises(NotFound):
            queries.customer_by_code(fair.network.id, own.code)
    for who, found in (("vendor", []), ("rival", []), ("member", ["Quartz"])):
        assert found_by(fair, who, "Quartz") == found
