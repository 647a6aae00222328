"""The generators reach what they promise, and the oracle refuses every flaw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.oracle.books import read_books
from tests.oracle.cases import Case
from tests.oracle.document import read_program
from tests.oracle.flaws import FLAWS, flawed_cases
from tests.oracle.generators import cases
from tests.oracle.refused import OracleRefused
from tests.oracle.settle import Entry, oracle_settle, settle_books, share_rows

QUIET = settings(
    max_examples=400, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def drawn(examples: int = 400) -> list[Case]:
    found: list[Case] = []

    @seed(20190101)
    @settings(QUIET, max_examples=examples)
    @given(cases())
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def entries_of(case: Case) -> list[Entry]:
    books = read_books(read_program(case.text), case.kept_lines, case.partners, case.products, case.rates)
    return settle_books(books, case.periods)


SEEN: dict[str, Callable[[Entry], bool]] = {
    "paid": lambda entry: entry.payout > 0,
    "paid over several lines": lambda entry: entry.payout > 0 and len(entry.claim.lines) > 2,
    "no band reached": lambda entry: entry.band is None and entry.measure is not None,
    "on a band's edge": lambda entry: entry.band is not None and entry.measure == entry.band.start != 0,
    "growth": lambda entry: entry.claim.incentive.measure == "growth" and entry.measure is not None,
    "growth paid": lambda entry: entry.claim.incentive.measure == "growth" and entry.payout > 0,
    "growth undefined": lambda entry: entry.measure is None,
    "stepped paid": lambda entry: entry.claim.incentive.method == "stepped" and entry.payout > 0,
    "per unit paid": lambda entry: entry.band is not None and entry.band.pays == "per_unit" and entry.payout > 0,
    "fixed paid": lambda entry: entry.band is not None and entry.band.pays == "fixed" and entry.payout > 0,
    "negative base": lambda entry: entry.base < 0,
    "zero base": lambda entry: entry.base == 0,
    "capped": lambda entry: entry.claim.incentive.cap is not None and entry.payout == 100 * entry.claim.incentive.cap,
    "below minimum": lambda entry: entry.reason == "The payout is below the minimum.",
    "lost to a rival": lambda entry: "pays more" in entry.reason,
    "paid to a rep": lambda entry: entry.claim.incentive.payee == "rep" and entry.payout > 0,
    "paid to a distributor": lambda entry: entry.claim.incentive.payee == "distributor" and entry.payout > 0,
    "foreign": lambda entry: any(line.currency != "USD" for line in entry.claim.lines),
    "huge": lambda entry: abs(entry.base) >= 10**12,
    "fine quantity": lambda entry: entry.quantity * 10**6 % 1 != 0,
    "returns among lines": lambda entry: any(line.net_amount < 0 for line in entry.claim.lines) and entry.payout > 0,
    "filtered by who": lambda entry: bool(entry.claim.incentive.who) and entry.payout > 0,
    "filtered by what": lambda entry: bool(entry.claim.incentive.what) and entry.payout > 0,
}


@pytest.fixture(scope="module")
def counted() -> Counter[str]:
    seen: Counter[str] = Counter()
    for case in drawn():
        try:
            entries = entries_of(case)
        except OracleRefused as refused:
            seen.update(f"refused: {kind}" for kind in refused.kinds)
            continue
        seen["settled"] += 1
        seen.update(name for name, holds in SEEN.items() if any(holds(entry) for entry in entries))
    return seen


@pytest.mark.parametrize("what", sorted(SEEN))
def test_cases_reach(what: str, counted: Counter[str]) -> None:
    assert counted[what] >= 4, counted


def test_most_cases_settle_and_the_rest_lack_a_rate(counted: Counter[str]) -> None:
    assert counted["settled"] >= 350
    assert {kind for kind in counted if kind.startswith("refused")} == {"refused: missing rate"}


@settings(QUIET, max_examples=200)
@given(cases())
def test_shares_sum_to_the_payout(case: Case) -> None:
    books = read_books(read_program(case.text), case.kept_lines, case.partners, case.products, case.rates)
    try:
        entries = settle_books(books, case.periods)
    except OracleRefused:
        return
    for entry in entries:
        rows = share_rows(books, entry)
        assert sum(row[4] for row in rows) * 10**books.program.digits == entry.payout
        assert len(rows) == (len(entry.claim.lines) if entry.payout else 0)


@settings(QUIET, max_examples=600, derandomize=True)
@given(flawed_cases())
def test_the_oracle_refuses_every_flaw(case: Case) -> None:
    with pytest.raises(OracleRefused):
        oracle_settle(case.text, case.kept_lines, case.partners, case.products, case.rates, case.periods)


def test_flaws_are_many() -> None:
    assert len(FLAWS) > 60
