"""A small set goes the way of the real one: list of partners, monthly reports, tiers, settlement."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hansa.incentives.models import SettlementRun, StatementLine
from hansa.kernel.problem import Refused
from hansa.kit.scope import acting, system
from hansa.networks.models import Standing
from hansa.networks.queries import scope_of
from hansa.organizations.models import Affiliation, Organization
from hansa.sales.models import QuarantinedRow, SalesReport
from hansa.site.demo.real.loading import load_folder
from hansa.site.demo.real.tests.folder import write_folder
from hansa.site.demo.real.tests.hands import OnTheSpot

NOW = datetime(2018, 9, 10, 9, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_channel_is_loaded_and_settled(tmp_path: Path) -> None:
    said: list[str] = []
    channel = load_folder(write_folder(tmp_path), now=NOW, tell=said.append, hands=OnTheSpot())

    with acting(channel.manager):
        standings = Standing.objects.filter(network_id=channel.network.id).order_by("membership__number", "valid_from")
        held = [(s.membership.number, s.types, s.tier, s.territory, s.valid_until) for s in standings]
        reports = SalesReport.objects.filter(network=channel.network).order_by("month")
        assert [(report.lines, report.quarantined) for report in reports] == [(1, 0), (1, 0), (1, 0), (1, 0), (1, 1)]
        assert [(row.row, row.value, row.code) for row in QuarantinedRow.objects.all()] == [(2, "9", "product_unknown")]
    july = datetime(2018, 7, 1, tzinfo=UTC).date()
    assert set(held_numbers(held)) == {"1", "2", "3", "4"}
    assert ("1", ["Value Added Reseller"], "Silver", "Northwest", None) in held
    assert ("2", ["Warehouse"], "Registered", "Northwest", None) in held
    assert ("3", ["Warehouse"], "Registered", "Canada", july) in held
    assert ("3", ["Warehouse"], "Gold", "Canada", None) in held

    with acting(channel.finance):
        assert [run.period for run in SettlementRun.objects.all()] == ["2017-Q4"]
        owed = {(line.statement.payee, line.payout.incentive): line.amount for line in StatementLine.objects.all()}
    assert owed == {
        ("1", "volume-rebate"): 300_00,  # 30,000 × 1%
        ("1", "marketing-fund"): 150_00,  # 30,000 × 0.5%
        ("2", "warehouse-rebate"): 0,
        ("2", "components-rebate"): 0,
        ("3", "warehouse-rebate"): 1_875_00,  # 30,000 × 0.75% + 110,000 × 1.5%
        ("3", "marketing-fund"): 400_00,  # the cap
        ("90", "mountain-spiff"): 40_00,  # 20 × 2
        ("91", "mountain-spiff"): 200_00,  # 100 × 2
    }
    assert any("1 rows are of the type “Ware House”; taken as “Warehouse”" in step for step in said)
    assert any("“Larch Cycles” is listed as 1 and 4" in step for step in said)
    assert said[-1].endswith("5 lines, 195,225.00 USD, of 4 partners; 1 rows wait in quarantine")


def held_numbers(held: list[tuple[object, ...]]) -> list[object]:
    return [number for number, *_ in held]


@pytest.mark.django_db(transaction=True)
def test_a_type_that_nobody_has_explained_stops_the_import(tmp_path: Path) -> None:
    write_folder(tmp_path)
    listed = (tmp_path / "Resellers.csv").read_text(encoding="utf-8")
    (tmp_path / "Resellers.csv").write_text(listed.replace("Ware House", "Wherehouse"), encoding="utf-8")
    with pytest.raises(Refused, match="not Wherehouse"):
        load_folder(tmp_path, now=NOW, tell=lambda step: None, hands=OnTheSpot())
    with acting(system("counting what was taken")):
        assert [each.name for each in Organization.objects.all()] == ["Adventure Works"]


@pytest.mark.django_db(transaction=True)
def test_the_vendors_reader_may_read_and_nothing_else(tmp_path: Path) -> None:
    channel = load_folder(write_folder(tmp_path), now=NOW, tell=lambda step: None, hands=OnTheSpot(), periods=[])
    with acting(system("looking for a person of the demo")):
        reader = Affiliation.objects.get(roles=["read_only"]).person_id
    scope = scope_of(organization_id=channel.vendor.id, person_id=reader, on=NOW.date())
    assert scope.can("statements.view")
    assert not scope.can("settlement.run")
    assert not scope.can("networks.manage")
