"""The walk is only worth what it catches: mistakes planted one at a time must all be found."""

from __future__ import annotations

import pytest

from tests.safety import policy
from tests.safety.plants import FEW, LEAKS, Leak
from tests.safety.principals import principal
from tests.safety.probing import Prober
from tests.safety.routes import Route, operations, screens
from tests.safety.things import Thing, catalogue
from tests.safety.walking import walk
from tests.world.story import World


def chosen() -> list[object]:
    return [pytest.param(leak, id=leak.name, marks=[] if leak.name in FEW else [pytest.mark.full]) for leak in LEAKS]


def findings(world: World, things: dict[str, list[Thing]], leak: Leak) -> list[str]:
    known: dict[str, Route] = {route.name: route for route in (*screens(), *operations())}
    prober, who = Prober(world), principal(leak.who)
    return [
        str(finding) for name in leak.routes for finding in walk(prober, things, known[name], policy.table()[name], who)
    ]


@pytest.mark.parametrize("leak", chosen())
def test_a_planted_leak_is_found(leak: Leak, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    things = catalogue(world)
    clean = findings(world, things, leak)
    leak.plant(monkeypatch, world)

    assert set(findings(world, things, leak)) - set(clean)


def test_thirty_kinds_are_planted() -> None:
    assert len({leak.name for leak in LEAKS}) >= 30
