"""What can be asked for: one list per kind of thing, each with its address and the companies that may reach it.

Who may see what is written here from the specification (decision 0001 and the docstrings of `visible_to`), never read
from the code under test.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from hansa.activity.models import Notification
from hansa.catalog.models import PriceList
from hansa.customers.models import AccountList, NamedAccount
from hansa.deals.models import Contest, Decision, MailInvitation, Match, RegistrationList
from hansa.deals.models.decision import OPEN_KINDS
from hansa.disputes.models import Evidence
from hansa.incentives.models import StatementLine
from hansa.kit.scope import acting, system
from hansa.ledger.models import Account, Journal, Period, Transaction
from hansa.programs.territories import address_of
from hansa.sales.models import QuarantinedRow
from tests.world.cast import COMPANIES, OPERATORS, SEATS, VENDORS, admitted, knowing, listed, of_seat, reading
from tests.world.deals import STORY, readers
from tests.world.story import World
from tests.world.territories import SLUG as DIVIDED


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing by the values of its address; `seen_by` may read it, `owner` has it as its own, `operator` runs it."""

    kind: str
    values: tuple[tuple[str, str], ...]
    seen_by: frozenset[str]
    owner: str = ""
    operator: str = ""

    @property
    def address(self) -> dict[str, str]:
        """Its parameters of a path by name."""
        return dict(self.values)


def catalogue(world: World) -> dict[str, list[Thing]]:
    """Everything in the world by kind."""
    with acting(system("listing the story world for the walker")):
        found: dict[str, list[Thing]] = {}
        groups = (
            _of_networks, _of_companies, _of_customers, _of_sales, _of_money, _of_cases, _of_deals, _of_territories,
        )  # fmt: skip
        for thing in (thing for group in groups for thing in group(world)):
            found.setdefault(thing.kind, []).append(thing)
    return found


def _of_networks(world: World) -> Iterator[Thing]:
    for slug, operator in OPERATORS.items():
        place = {"slug": slug, "currency": "USD", "on": "2025-03-02"}
        yield _thing("network", listed(slug), operator=operator, owner=operator, **place)
        if slug == "commons":
            yield _thing("open_network", frozenset(COMPANIES), operator=operator, owner=operator, slug=slug)
    for seat in SEATS:
        code = world.memberships[seat.network, seat.company].code
        operator = OPERATORS[seat.network]
        yield _thing("membership", of_seat(seat), owner=seat.company, operator=operator, slug=seat.network, code=code)
    for slug, program in world.programs.items():
        operator, version = OPERATORS[slug], world.versions[slug]
        yield _thing("program", admitted(slug), operator=operator, owner=operator, slug=slug, code=program.code)
        everybody = {"operator": operator, "owner": operator, "slug": slug}
        yield _thing("version", admitted(slug), code=version.code, **everybody)
        yield _thing("program_version", admitted(slug), code=program.code, version=version.code, **everybody)


def _of_companies(world: World) -> Iterator[Thing]:
    notices = dict(Notification.objects.values_list("organization_id", "id"))
    for key in COMPANIES:
        organization = world.organizations[key]
        yield _thing("organization", knowing(key), owner=key, code=organization.code)
        own = frozenset({key})
        other = "reader" if key in VENDORS else "auditor"  # somebody else than who walks: one may always leave oneself
        yield _thing("affiliation", own, owner=key, affiliation_id=world.affiliations[f"{key}.{other}"].id)
        yield _thing("invitation", own, owner=key, invitation_id=world.invitations[key])
        yield _thing("token", own, owner=key, token_id=world.token_ids[f"{key}.networks"])
        yield _thing("notification", own, owner=key, notification_id=notices[organization.id])
        yield _thing("secret", frozenset({"*"}), owner=key, secret=world.secrets[f"invitation {key}"])


def _of_customers(world: World) -> Iterator[Thing]:
    keys = {organization.id: key for key, organization in world.organizations.items()}
    slugs = {network.id: slug for slug, network in world.networks.items()}
    for (slug, _name), company in world.customers.items():
        operator = OPERATORS[slug]
        yield _thing("customer", reading(slug), owner=operator, operator=operator, slug=slug, code=company.code)
    for row in NamedAccount.objects.all():
        slug, holder = slugs[row.network_id], keys[row.holder_id]
        operator = OPERATORS[slug]
        place = {"slug": slug, "named_account_id": row.id}
        yield _thing("named_account", frozenset({operator, holder}), owner=holder, operator=operator, **place)
    for row in AccountList.objects.all():
        slug = slugs[row.network_id]
        operator = OPERATORS[slug]
        yield _thing(
            "customer_list", frozenset({operator}), owner=operator, operator=operator, slug=slug, code=row.code
        )


def _of_deals(world: World) -> Iterator[Thing]:
    slug, operator = "aurora-channel", "aurora"
    for name in ("waiting", "protected", "secret", "draft"):
        made, partner = world.deals[name], STORY[name][0]
        run = {"owner": partner, "operator": operator, "slug": slug, "code": made.code}
        if name == "draft":
            yield _thing("draft", readers(name), **run)
            continue
        yield _thing("registration", readers(name), **run)
        if name != "secret":
            yield _thing("receipt", frozenset({partner, operator}), **run)
        for row in Decision.objects.filter(registration=made).order_by("id"):
            own = row.kind in OPEN_KINDS and name != "secret"
            yield _thing("decision", frozenset({operator, *([partner] if own else [])}), **run, decision=row.code)
    contest = Contest.objects.select_related("case").get(registration=world.deals["contesting"])
    told = frozenset({operator, STORY["contested"][0], STORY["contesting"][0]})
    yield _thing("contest", told, owner=operator, operator=operator, slug=slug, match_id=contest.case.subject_id)
    keys = {organization.id: key for key, organization in world.organizations.items()}
    for row in RegistrationList.objects.order_by("id"):
        sender = keys[row.partner_id]
        yield _thing(
            "registration_list", frozenset({sender}), owner=sender, operator=operator, slug=slug, code=row.code
        )
    for row in MailInvitation.objects.order_by("id"):
        invited = keys[row.partner_id]
        both = frozenset({operator, invited})
        yield _thing("mail_invitation", both, owner=invited, operator=operator, slug=slug, code=row.code)
    for row in Match.objects.order_by("id"):
        yield _thing("match", frozenset({operator}), owner=operator, operator=operator, slug=slug, match_id=row.id)


def _of_territories(world: World) -> Iterator[Thing]:
    operator = OPERATORS[DIVIDED]
    for name in world.territories:
        place = {"slug": DIVIDED, "territory": address_of(name)}
        yield _thing("territory", admitted(DIVIDED), owner=operator, operator=operator, **place)
    for holder, (held, result) in world.holdings.items():
        audience = frozenset({operator, holder})
        place = {"slug": DIVIDED, "territory": address_of(held.territory), "holding_id": held.id}
        yield _thing("holding", audience, owner=holder, operator=operator, **place)
        yield _thing("result", audience, owner=holder, operator=operator, **place, result=result.code)


def _of_sales(world: World) -> Iterator[Thing]:
    rows = dict(QuarantinedRow.objects.values_list("report_id", "row"))
    for (slug, sender), report in world.reports.items():
        kind = "report" if report.state == "TAKEN" else "unread_report"
        operator = OPERATORS[slug]
        yield _thing(
            kind,
            frozenset({operator, sender}),
            owner=sender,
            operator=operator,
            slug=slug,
            code=report.code,
            row=rows.get(report.id, 0),
        )


def _of_money(world: World) -> Iterator[Thing]:
    keys = {organization.id: key for key, organization in world.organizations.items()}
    slugs = {network.id: slug for slug, network in world.networks.items()}
    for slug, run in world.runs.items():
        operator = OPERATORS[slug]
        yield _thing("run", frozenset({operator}), operator=operator, owner=operator, slug=slug, code=run.code)
    for (slug, party), statement in world.statements.items():
        operator = OPERATORS[slug]
        audience, place = frozenset({operator, party}), {"slug": slug, "code": statement.code}
        yield _thing("statement", audience, owner=party, operator=operator, **place)
        for line in StatementLine.objects.filter(statement_id=statement.id):
            yield _thing("line", audience, owner=party, operator=operator, line_id=line.id, **place)
    for row in Account.objects.exclude(party=None):
        yield _money("account", slugs[row.network_id], keys[row.party_id], account_id=row.id)
    for row in Transaction.objects.exclude(party=None):
        yield _money("transaction", slugs[row.network_id], keys[row.party_id], transaction_id=row.id)
    for row in Journal.objects.all():
        yield _money("journal", slugs[row.network_id], "", code=row.code)
    for row in PriceList.objects.all():
        yield _money("price_list", slugs[row.network_id], "", price_list_id=row.id)
    for row in Period.objects.all():
        yield _money("period", slugs[row.network_id], "", starts_on=row.starts_on.isoformat())


def _of_cases(world: World) -> Iterator[Thing]:
    """Each case once as `case` and once by its state: only in its own state can a step be taken."""
    keys = {organization.id: key for key, organization in world.organizations.items()}
    for (slug, state), case in world.cases.items():
        operator, claimant = OPERATORS[slug], keys[case.claimant_id]
        audience, place = frozenset({operator, claimant, keys[case.respondent_id]}), {"slug": slug, "code": case.code}
        for kind in ("case", f"{state}_case"):
            yield _thing(kind, audience, owner=claimant, operator=operator, **place)
        for piece in Evidence.objects.filter(case=case).exclude(stored_as=""):
            yield _thing("evidence", audience, owner=claimant, operator=operator, **place, evidence_id=piece.id)


def _money(kind: str, slug: str, party: str, **values: object) -> Thing:
    operator = OPERATORS[slug]
    audience = frozenset({operator, *([party] if party else [])})
    return _thing(kind, audience, owner=party or operator, operator=operator, slug=slug, **values)


def _thing(kind: str, seen_by: frozenset[str], *, owner: str = "", operator: str = "", **values: object) -> Thing:
    return Thing(kind, tuple((name, str(value)) for name, value in values.items()), seen_by, owner, operator)


def nonexistent(value: str) -> str:
    """A value of the same shape that names nothing."""
    try:
        uuid.UUID(value)
    except ValueError:
        if len(value) == 10 and value[4] == "-":
            return "1999-01-01"
        return "z" * len(value)
    return "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
