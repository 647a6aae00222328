"""Disputes in the world: in each channel one case in every state, between two rivals, and one of two others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from hansa.disputes.models import Case
from hansa.disputes.operations import (
    Decision,
    Subject,
    add_evidence,
    appeal,
    assign_adjudicator,
    lapse_clocks,
    open_case,
    propose_remedy,
)
from hansa.disputes.rules.terms import Terms
from hansa.kit.scope import acting, system
from hansa.programs.engagement import Disputes
from tests.world.cast import OPERATORS, admitted

if TYPE_CHECKING:
    from tests.world.story import World

SIDES = {"aurora-channel": ("elm", "fir"), "boreal-channel": ("gorse", "fir")}
OTHERS = ("hazel", "gorse")
STATES = ("filed", "deciding", "proposed", "appealed", "on_appeal", "final")
DAY, LONG = timedelta(days=1), 300


def dispute(world: World) -> None:
    """Everything about cases, as of now: their clocks run by the wall clock."""
    now = timezone.now()
    for slug, sides in SIDES.items():
        for state in STATES:
            _case(world, slug, state, sides, now)
    _case(world, "aurora-channel", "rival", OTHERS, now)


def _case(world: World, slug: str, state: str, sides: tuple[str, str], now: datetime) -> None:
    operator, audience = OPERATORS[slug], {OPERATORS[slug], *sides}
    word = lambda what, readers=audience: world.canaries.text(sides[0], what, readers)  # noqa: E731
    evidence, last = (LONG if state in {"filed", "rival"} else 1), (1 if state == "final" else LONG)
    with acting(world.scope(f"{sides[0]}.owner")):
        case = open_case(
            network=world.networks[slug],
            subject=Subject("REGISTRATION", "deals.registration", f"{slug} {state}", word("disputed")),
            claimant_id=world.organizations[sides[0]].id,
            respondent_id=world.organizations[sides[1]].id,
            decision=Decision(
                decided_at=now - 6 * DAY,
                reason=word("decided"),
                rule="first_in_time",
                facts={word("fact"): word("value")},
                grounds=world.canaries.text(operator, "grounds", ()),
            ),
            rules=Disputes(LONG, evidence, LONG, last),
            program_version=world.versions[slug].code,
            statement=word("statement"),
            interested=[world.people[f"{operator}.partners"].id],
            at=now - 5 * DAY,
        )
    if state == "filed":
        with acting(world.scope(f"{sides[1]}.owner")):
            file = {"file_name": f"{word('proof')}.txt", "chunks": [word("content").encode()]}
            add_evidence(case=case, text=word("answer"), at=now - 4 * DAY, **file)
    elif state != "rival":
        _decide(world, case, state, operator, word, now)
    with acting(system("keeping the case as it stands")):
        world.cases[slug, state] = Case.objects.select_related("network").get(id=case.id)


def _decide(world: World, case: Case, state: str, operator: str, word: Callable[[str], str], now: datetime) -> None:
    judge = f"{operator}.{'owner' if state == 'deciding' else 'manager'}"
    _assign(world, case, operator, judge, now - 5 * DAY)
    with acting(system("letting the time for evidence pass")):
        lapse_clocks(at=now - 4 * DAY)
    if state == "deciding":
        return
    with acting(world.scope(judge)):
        texts = {"rule": "First in time", "reason": word("ordered")}
        # what is published is read by every member, and only once the remedy is final
        readers = admitted(case.network.slug) if state == "final" else {operator}
        published = world.canaries.text(operator, "precedent", readers)
        propose_remedy(case=case, terms=Terms("uphold"), precedent_text=published, at=now - 3 * DAY, **texts)
    if state in {"appealed", "on_appeal"}:
        with acting(world.scope(f"{SIDES[case.network.slug][1]}.owner")):
            appeal(case=case, reason=word("appeal"), at=now - 2 * DAY)
    if state == "on_appeal":
        _assign(world, case, operator, f"{operator}.owner", now - DAY)
    if state == "final":
        with acting(system("letting the time for an appeal pass")):
            lapse_clocks(at=now)


def _assign(world: World, case: Case, operator: str, who: str, at: datetime) -> None:
    with acting(world.scope(f"{operator}.owner")):
        assign_adjudicator(case=case, person_id=world.people[who].id, at=at)
