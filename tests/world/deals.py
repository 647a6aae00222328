"""Registrations in the world: a protected one, a rival's that waits, one whose answer is still secret, a draft, and two
about which there is a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from hansa.catalog.queries import families_of
from hansa.deals.models import Match, Registration
from hansa.deals.operations import (
    draft_registration,
    invite_by_mail,
    open_case_between,
    receive_mail,
    receive_registrations,
    run_clocks,
    submit_registration,
)
from hansa.deals.operations.inviting import address_of
from hansa.deals.rules.fields import Facts
from hansa.kit.scope import acting, system
from tests.world.cast import OPERATORS, SEATS

if TYPE_CHECKING:
    from tests.world.story import World

# name: company, customer, place of the product family, days ago; None for a draft
STORY: dict[str, tuple[str, str, int, int | None]] = {
    "protected": ("elm", "first", 0, 3),
    "contested": ("gorse", "first", 1, 3),
    "waiting": ("fir", "first", 0, 2),
    "contesting": ("hazel", "first", 1, 2),
    "secret": ("gorse", "second", 0, 0),
    "draft": ("elm", "second", 1, None),
}


def register(world: World) -> None:
    """Everything about registrations, as of now: their clocks run by the wall clock."""
    now = timezone.now()
    for name, (company, customer, family, days) in STORY.items():
        at = now if days is None else now - timedelta(days=days)
        world.deals[name] = _registration(world, company, customer, family, at, submits=days is not None)
    run_clocks(at=now)
    with acting(world.scope(f"{OPERATORS['aurora-channel']}.owner")):
        open_case_between(match_id=Match.objects.get(later=world.deals["contesting"]).id, at=now)
    with acting(system("taking the world's registrations as they stand")):
        for name, made in world.deals.items():
            world.deals[name] = Registration.objects.get(id=made.id)


def register_where_they_are(world: World) -> None:
    """Two rivals have each sent a file of registrations and may register by mail; one has done so, and forgot the rest."""
    network, now = world.networks["aurora-channel"], timezone.now()
    for company in ("elm", "fir"):
        own = frozenset({company})
        word = lambda what, own=own, company=company: world.canaries.text(company, what, own)  # noqa: E731
        with acting(world.scope(f"{company}.owner")):
            rows = (
                "customer_name,family,country,title,contact,submit",
                f"{word('listed')},{families_of(network.id)[0]},DE,{word('fleet')},{word('caller')},no",
                f"{word('wrong')},none,DE,,,",
            )
            content = "\n".join(rows).encode()
            receive_registrations(network=network, file_name=f"{word('file')}.csv", chunks=[content], at=now)
        member, person = world.memberships["aurora-channel", company], world.people[f"{company}.owner"]
        with acting(world.scope("aurora.owner")):
            _, token = invite_by_mail(network=network, membership_id=member.id, email=person.email, at=now)
        mail = f"From: {person.email}\nMessage-ID: <{word('mail')}@x.example>\n\nCustomer: {word('mailed')}\n"
        receive_mail(recipient=address_of(token), returns_to=person.email, raw=mail.encode(), at=now)


def readers(name: str) -> frozenset[str]:
    """Who may read a registration: its partner, the distributor upstream of it and the operator; a draft the partner alone."""
    company = STORY[name][0]
    if STORY[name][3] is None:
        return frozenset({company})
    seat = next(seat for seat in SEATS if (seat.network, seat.company) == ("aurora-channel", company))
    return frozenset({company, OPERATORS["aurora-channel"], *([seat.upstream] if seat.upstream else [])})


def _registration(
    world: World, company: str, customer: str, family: int, at: datetime, *, submits: bool
) -> Registration:
    slug = "aurora-channel"
    name = next(key for key, told in STORY.items() if told[:3] == (company, customer, family))
    word = lambda what: world.canaries.text(company, what, readers(name))  # noqa: E731
    network = world.networks[slug]
    with acting(world.scope(f"{company}.owner")):
        facts = Facts(
            family=families_of(network.id)[family],
            country="DE",
            title=word("deal"),
            amount_minor=world.canaries.prime(readers(name)) * 100,
            problem=word("problem"),
            contact=word("contact"),
            next_steps=word("next"),
            own_reference=word("own"),
        )
        made = draft_registration(network=network, customer=world.customers[slug, customer].code, facts=facts, at=at)
        return submit_registration(registration_id=made.id, at=at) if submits else made
