"""Territories: what the program in force says of them, who holds them, and what came of their covenants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from hansa.kernel.period import Period
from hansa.kernel.plain import NotReadable
from hansa.kernel.ruling import differs, ruling_to_plain
from hansa.kit.failures import NotFound
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.networks.queries import Holder, possible_holders
from hansa.programs.models import CovenantResult, ProgramVersion, TerritoryHolding
from hansa.programs.queries.documents import program_of_version, version_in_force
from hansa.programs.rules.counsel import Notice, sixth_holder_notice
from hansa.programs.rules.covenants import replay_covenant, whole_periods
from hansa.programs.rules.holdings import Consequence, CovenantOutcome, Holding, as_exclusive, coverage_on
from hansa.programs.territories import Coverage, Territory, address_of, overlaps


@dataclass(frozen=True, slots=True)
class Known:
    """A territory of a network: by its name, and as the program in force defines it, if it still does."""

    name: str
    defined: Territory | None

    @property
    def address(self) -> str:
        """Its part of an address."""
        return address_of(self.name)


@dataclass(frozen=True, slots=True)
class Held:
    """A holding with what it is on the day asked about, and its results, the latest first.

    `coverage` is None where the program in force does not define the territory.
    """

    row: TerritoryHolding
    coverage: Coverage | None
    stands: bool
    results: list[CovenantResult]

    @property
    def address(self) -> str:
        """The territory's part of an address."""
        return address_of(self.row.territory)


@dataclass(frozen=True, slots=True)
class Due:
    """A period that a holding answers for and nobody has recorded yet, under the version in force on its last day."""

    period: Period
    territory: Territory
    version: ProgramVersion
    currency: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the stored inputs give when they are decided over again, and whether that is what was stored."""

    ruling: Mapping[str, Any]
    is_same: bool


def territories_on(network_id: UUID, day: date) -> tuple[Territory, ...]:
    """The territories of the program in force on a day, as far as the scope reads programs."""
    version = version_in_force(network_id, day)
    return program_of_version(version).territories if version else ()


def territory_at(network_id: UUID, address: str, *, day: date) -> Known:
    """The territory of an address: of the program in force, or one of which the scope sees a holding. NotFound otherwise."""
    for each in territories_on(network_id, day):
        if address_of(each.name) == address:
            return Known(each.name, each)
    rows = TerritoryHolding.objects.filter(network_id=network_id)
    for name in rows.order_by("territory").values_list("territory", flat=True).distinct():
        if address_of(name) == address:
            return Known(name, None)
    raise NotFound()


def holdings_of(network_id: UUID, territory: str = "") -> QuerySet[TerritoryHolding]:
    """The holdings that the scope may see, of one territory or of all, with their results, the latest first."""
    results = CovenantResult.objects.select_related("program_version").order_by("-period_from", "-at", "-id")
    rows = TerritoryHolding.objects.filter(network_id=network_id)
    rows = rows.filter(territory=territory) if territory else rows
    return rows.select_related("holder", "network").prefetch_related(Prefetch("results", results, to_attr="recorded"))


def holding_by_id(network_id: UUID, territory: str, holding_id: UUID) -> TerritoryHolding:
    """A holding of a territory that the scope may see, with its results; NotFound otherwise."""
    found: TerritoryHolding | None = holdings_of(network_id, territory).filter(id=holding_id).first()
    if found is None:
        raise NotFound()
    return found


def held_of(row: TerritoryHolding, defined: Territory | None, *, day: date) -> Held:
    """A holding, read by `holdings_of`, as it stands on a day."""
    results = cast(list[CovenantResult], row.recorded)  # type: ignore[attr-defined]
    coverage = coverage_on(day, defined.coverage, _followed(results)) if defined else None
    return Held(row, coverage, as_holding(row).holds_on(day), results)


def held_on(network_id: UUID, day: date) -> dict[str, list[Held]]:
    """The holdings that the scope may see and that stand on a day: by name of the territory, then of the holder."""
    defined = {each.name: each for each in territories_on(network_id, day)}
    rows = holdings_of(network_id).filter(Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day)
    found: dict[str, list[Held]] = defaultdict(list)
    for row in rows.order_by("holder__name", "id"):
        found[row.territory].append(held_of(row, defined.get(row.territory), day=day))
    return dict(found)


def exclusive_spans(network_id: UUID) -> list[Holding]:
    """Every holding that the scope may see, on the days on which an exclusive territory is exclusive to its holder."""
    followed: dict[UUID, list[Consequence]] = defaultdict(list)
    results = CovenantResult.objects.filter(network_id=network_id, correction=None)
    for holding_id, outcome, from_on in results.values_list("holding_id", "outcome", "from_on"):
        followed[holding_id].append(Consequence(cast(CovenantOutcome, outcome), from_on))
    rows = TerritoryHolding.objects.filter(network_id=network_id)
    spans = (as_exclusive(as_holding(row), followed[row.id]) for row in rows)
    return [span for span in spans if span is not None]


def as_holding(row: TerritoryHolding) -> Holding:
    """A holding's row as the rules read it."""
    return Holding(row.territory, str(row.holder_id), row.from_on, row.until_on)


def _followed(results: Iterable[CovenantResult]) -> list[Consequence]:
    corrected = {each.corrects_id for each in results}
    counting = [each for each in results if each.id not in corrected]
    return [Consequence(cast(CovenantOutcome, each.outcome), each.from_on) for each in counting]


def notice_of(network_id: UUID, territory: Territory, *, day: date) -> Notice | None:
    """The notice for counsel about a territory's holders from a day on, for those who run the network; None for others."""
    if network_id not in current_scope().operates:
        return None
    return sixth_holder_notice(territory, exclusive_spans(network_id), day)


def overlaps_of(network_id: UUID, name: str, *, day: date) -> list[str]:
    """Where a territory meets other exclusive ones of the program in force, in words."""
    found = overlaps(territories_on(network_id, day))
    return [each.words for each in found if name in (each.first, each.second)]


def periods_due(holding: TerritoryHolding, *, day: date) -> list[Due]:
    """The periods without a result that a holding answers for by a day, the earliest first."""
    recorded = set(CovenantResult.objects.filter(holding=holding).values_list("period", flat=True))
    rows = ProgramVersion.objects.filter(network_id=holding.network_id).order_by("-published_at", "-id")
    versions: list[ProgramVersion] = list(rows)
    found = []
    for version in versions:
        program = program_of_version(version)
        territory = next((each for each in program.territories if each.name == holding.territory), None)
        if territory is None or territory.covenant is None:
            continue
        for period in whole_periods(territory.covenant.period, as_holding(holding), program.paying, day):
            if period.label not in recorded and _first_on(versions, period.until - timedelta(days=1)) is version:
                found.append(Due(period, territory, version, program.paying.currency))
    return sorted(found, key=lambda due: (due.period.until, due.period.label))


def _first_on(versions: Iterable[ProgramVersion], day: date) -> ProgramVersion | None:
    """The version in force on a day, of all from the one published last: the same answer as `version_in_force`."""
    return next((each for each in versions if each.effective_from <= day < each.effective_until), None)


def result_by_code(holding: TerritoryHolding, code: str) -> CovenantResult:
    """A result of a holding that the scope may see; NotFound otherwise."""
    rows = CovenantResult.objects.filter(holding=holding, code=code)
    found: CovenantResult | None = rows.select_related("program_version", "by", "corrects").first()
    if found is None:
        raise NotFound()
    return found


def replay_of(result: CovenantResult) -> Replayed:
    """Decide a covenant over again from what was stored."""
    try:
        again = replay_covenant(result.inputs)
    except (NotReadable, ValueError) as wrong:
        words = f"What is stored of this decision cannot be read: {wrong}."
        return Replayed({"outcome": None, "reason": words, "grounds": ""}, is_same=False)
    return Replayed(ruling_to_plain(again), not differs(result.ruling, again))


def holders_of(network: Network) -> list[Holder]:
    """Who may hold a territory of a network: the operator's own direct sales first, then its active members by name."""
    current_scope().require_operator(network.id, "networks.manage")
    return possible_holders(network, network.operator_id)
