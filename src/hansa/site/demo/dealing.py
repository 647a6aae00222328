"""Loading the deals: each step at its own instant, by the person who took it, with the clocks run in between."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from hansa.kit.failures import NotPossibleNow
from hansa.kit.scope import Scope, acting
from hansa.networks.models import Network
from hansa.site.demo.world.deals import Deal, Step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWERED_AFTER, DISPUTED_AFTER = 2 * DAY, 5 * DAY


class Desk:
    """What happens to the deals of one network, in the order of its instants."""

    def __init__(self, network: Network, codes: Mapping[int, str], scopes: Mapping[str, Scope], now: datetime) -> None:
        self.network = network
        self.codes = codes
        self.scopes = scopes
        self.now = now
        self.agenda: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self.planned = 0

    def plan(self, at: datetime, act: Callable[[datetime], object]) -> None:
        """Have something done at an instant, unless that has not come yet."""
        if at <= self.now:
            self.planned += 1
            heapq.heappush(self.agenda, (at, self.planned, act))

    def work(self) -> None:
        """Do everything that was planned, and what is planned meanwhile; what the rules refuse is not done."""
        while self.agenda:
            at, _, act = heapq.heappop(self.agenda)
            try:
                act(at)
            except NotPossibleNow:
                continue

    def enter(self, deal: Deal) -> None:
        """Plan a deal: its submission, what its seller does with it, the clocks an hour later."""
        self.plan(deal.at, partial(self.submit, deal))
        self.plan(deal.at + HOUR, _run_clocks)

    def submit(self, deal: Deal, at: datetime) -> None:
        """Register as the seller does; then plan the steps."""
        from hansa.deals.operations import draft_registration, submit_registration
        from hansa.deals.rules.fields import Facts

        facts = Facts(
            family=deal.family,
            country=deal.country,
            title=deal.title,
            amount_minor=deal.amount_minor,
            close_on=(at + 70 * DAY).date(),
            problem=deal.problem,
        )
        customer = {"name": deal.spelling, "country": deal.country} if deal.spelling else self.codes[deal.customer]
        with acting(self.scopes[deal.mailbox]):
            self.accept(at)
            made = draft_registration(network=self.network, customer=customer, facts=facts, at=at)
            if deal.is_draft:
                return
            submit_registration(registration_id=made.id, at=at)
        for step in deal.steps:
            self.plan(at + step.days * DAY, partial(self.take, deal, made.id, step))

    def accept(self, at: datetime) -> None:
        """Accept the rules of engagement of the day, where the acting person has not yet."""
        from hansa.programs.operations import accept_rules
        from hansa.programs.queries import terms_of

        terms = terms_of(self.network, day=at.date())
        if terms is not None and terms.acceptance is None:
            accept_rules(network=self.network, version=terms.version.code, at=at)

    def take(self, deal: Deal, registration_id: UUID, step: Step, at: datetime) -> None:
        """A step of the seller."""
        from hansa.deals.operations import extend_protection, set_stage

        steps: dict[str, Callable[..., object]] = {"stage": set_stage, "extend": extend_protection}
        with acting(self.scopes[deal.mailbox]):
            steps[step.word](registration_id=registration_id, at=at, **step.says)

    def review(self, at: datetime) -> None:
        """The operator answers what has waited for two days: the same project."""
        from hansa.deals.models import Match
        from hansa.deals.operations import answer_match

        with acting(self.scopes["vera.program"]):
            for match in Match.objects.filter(network=self.network, answer="", found_at__lte=at - ANSWERED_AFTER):
                if match.verdict == "review":
                    answer_match(match_id=match.id, answer="SAME", reason="Both name the same site.", at=at)

    def dispute(self, at: datetime) -> None:
        """Kranichau's principal disputes a registration that has been in review for long."""
        from hansa.deals.models import Registration
        from hansa.deals.operations import dispute_registration

        with acting(self.scopes["pia.principal"]) as scope:
            rows = Registration.objects.filter(partner_id=scope.organization_id, review="IN_REVIEW")
            waits = rows.filter(answer_at__lte=at - DISPUTED_AFTER).order_by("submitted_at").first()
            if waits is not None:
                said = "We have visited this customer since spring and have their order of the trial bikes."
                dispute_registration(registration_id=waits.id, statement=said, at=at)


def load_deals(
    deals: Sequence[Deal], *, network: Network, codes: Mapping[int, str], scopes: Mapping[str, Scope], now: datetime
) -> None:
    """Load deals whose customers have these codes, by people with these scopes (mailbox -> scope)."""
    desk = Desk(network, codes, scopes, now)
    for deal in deals:
        desk.enter(deal)
    for days in range(40, 0, -4):
        desk.plan(now - days * DAY, desk.review)
    desk.plan(now - 4 * DAY, desk.dispute)
    desk.plan(now, _run_clocks)
    desk.work()


def _run_clocks(at: datetime) -> None:
    from hansa.deals.operations import run_clocks

    run_clocks(at=at)
