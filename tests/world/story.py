"""Building the world, through the same operations that its people would use."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from hansa.activity.operations import notify
from hansa.catalog.operations import ProductEntry, take_price_list, take_products
from hansa.companies.models import Company
from hansa.companies.operations import know_company
from hansa.customers.operations import Keeping, add_customer, name_account, receive_list
from hansa.deals.models import Registration
from hansa.disputes.models import Case
from hansa.incentives.models import Payout, SettlementRun, Statement
from hansa.incentives.operations.commitment import commit_run
from hansa.incentives.operations.runs import compute_run, request_run
from hansa.kit.scope import Scope, acting, system
from hansa.ledger.operations.rates import enter_rate
from hansa.networks.models import Membership, Network
from hansa.networks.operations.membership import Role, create_network, move_membership
from hansa.networks.operations.roster import Dated, Entry, admit_members
from hansa.networks.queries import scope_of
from hansa.organizations.models import Affiliation, Organization
from hansa.organizations.operations import (
    affiliate,
    create_organization,
    invite_person,
    make_api_token,
    set_identifiers,
    suspend_affiliation,
)
from hansa.people.models import Person
from hansa.people.operations import open_account
from hansa.programs.models import CovenantResult, Program, ProgramVersion, TerritoryHolding
from hansa.programs.operations import accept_rules, create_program, publish, save_draft
from hansa.sales.models import SalesReport
from hansa.sales.operations.reading import check_report
from hansa.sales.operations.receiving import receive_report
from tests.world.canaries import Canaries
from tests.world.cases import dispute
from tests.world.cast import (
    COMPANIES,
    OPERATORS,
    REPORTERS,
    ROLES,
    SEATS,
    Seat,
    admitted,
    knowing,
    listed,
    of_seat,
    reading,
)
from tests.world.deals import STORY as DEALS
from tests.world.deals import register, register_where_they_are
from tests.world.documents import READING, program_text, report_text, unread_text
from tests.world.territories import divide

NOW = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)
PASSWORD = "seven tall ships at anchor"
PERIOD = "2025-Q1"


@dataclass
class World:
    """Everything by its plain name: companies `elm`, people `elm.owner`, networks `aurora-channel`."""

    canaries: Canaries = field(default_factory=Canaries)
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    affiliations: dict[str, Affiliation] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    versions: dict[str, ProgramVersion] = field(default_factory=dict)
    reports: dict[tuple[str, str], SalesReport] = field(default_factory=dict)
    runs: dict[str, SettlementRun] = field(default_factory=dict)
    statements: dict[tuple[str, str], Statement] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    token_ids: dict[str, UUID] = field(default_factory=dict)
    invitations: dict[str, UUID] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    cases: dict[tuple[str, str], Case] = field(default_factory=dict)
    deals: dict[str, Registration] = field(default_factory=dict)
    customers: dict[tuple[str, str], Company] = field(default_factory=dict)
    territories: tuple[str, ...] = ()
    holdings: dict[str, tuple[TerritoryHolding, CovenantResult]] = field(default_factory=dict)

    def scope(self, who: str, *, on: date | None = None) -> Scope:
        """The scope of a person such as `aurora.finance`, as it is now."""
        organization = who.split(".")[0]
        return scope_of(
            organization_id=self.organizations[organization].id,
            person_id=self.people[who].id,
            on=on or NOW.date(),
        )


def build() -> World:
    """A whole world; call it with an empty database and no scope."""
    world = World()
    with acting(system("founding the story world")):
        for company in COMPANIES:
            _company(world, company)
        for company in COMPANIES:
            _people(world, company)
        _twin(world)
    for slug in OPERATORS:
        _network(world, slug)
    _end_larch(world)
    for slug in ("aurora-channel", "boreal-channel"):
        _shelves(world, slug)
        _program(world, slug)
        _accept(world, slug)
        _customers(world, slug)
    divide(world)
    register(world)
    register_where_they_are(world)
    for network, sender in REPORTERS:
        _report(world, network, sender)
    _unread_report(world)
    for slug in ("aurora-channel", "boreal-channel"):
        _settle(world, slug)
    dispute(world)
    for company in COMPANIES:
        _keys_and_offers(world, company)
    return world


def _company(world: World, key: str) -> None:
    word = lambda what: world.canaries.text(key, what, knowing(key))  # noqa: E731
    values = {name: word(name) for name in ("name", "legal_name", "region", "city", "street")}
    values |= {"country": "DE", "website": f"https://{word('web')}.example", "phone": word("phone")}
    values["postcode"] = word("zip")[:20]
    made = create_organization(at=NOW, values=values).organization
    set_identifiers(organization_id=made.id, at=NOW, identifiers=[("DOMAIN", f"{word('domain').lower()}.de")])
    world.organizations[key] = made


def _people(world: World, key: str) -> None:
    for role, roles in ROLES.items():
        who = f"{key}.{role}"
        # the event log names who acted, so that an operator reads its members' owners
        audience = [OPERATORS[seat.network] for seat in SEATS if seat.company == key] if role == "owner" else []
        name = world.canaries.text(key, f"person{role}", audience)
        person = open_account(email=f"{name.lower()}@{key}.example", name=name, password=PASSWORD)
        _join(world, who, key, person, roles)
    with acting(Scope(world.organizations[key].id, system="suspending somebody")):
        suspend_affiliation(affiliation_id=world.affiliations[f"{key}.suspended"].id, at=NOW)


def _twin(world: World) -> None:
    """Somebody who works for two rivals: for elm first, and for fir."""
    name = world.canaries.text("elm", "persontwin", ["fir"])
    person = open_account(email=f"{name.lower()}@twin.example", name=name, password=PASSWORD)
    _join(world, "elm.twin", "elm", person, ("owner",))
    _join(world, "fir.twin", "fir", person, ("owner",))


def _join(world: World, who: str, company: str, person: Person, roles: tuple[str, ...]) -> None:
    world.people[who] = person
    organization_id = world.organizations[company].id
    at = NOW if who != "fir.twin" else NOW + timedelta(days=1)
    world.affiliations[who] = affiliate(person_id=person.id, organization_id=organization_id, roles=roles, at=at)


def _network(world: World, slug: str) -> None:
    operator, all_of_it = OPERATORS[slug], listed(slug)
    kind = "PEER" if slug == "commons" else "VENDOR"
    audience = {"*"} if kind == "PEER" else all_of_it
    with acting(world.scope(f"{operator}.owner")):
        world.networks[slug] = create_network(
            slug=slug,
            name=world.canaries.text(operator, "network", audience),
            charter=world.canaries.text(operator, "charter", audience),
            kind=kind,
            currency="EUR",
            at=NOW,
        )
    seats = [seat for seat in SEATS if seat.network == slug]
    entries = [_entry(world, seat, seats) for seat in seats]
    founding = replace(world.scope(f"{operator}.owner"), system="listing companies that exist already")
    with acting(founding):
        admitted = admit_members(network=world.networks[slug], entries=entries, at=NOW)
    world.memberships |= {(slug, seat.company): row for seat, row in zip(seats, admitted, strict=True)}


def _entry(world: World, seat: Seat, seats: list[Seat]) -> Entry:
    number = _number(world, seat)
    word = lambda what: world.canaries.text(seat.company, what, of_seat(seat))  # noqa: E731
    upstream = next((_number(world, other) for other in seats if other.company == seat.upstream), "")
    role = Role((seat.kind,), tier="Gold", territory=word("territory"), reason=word("reason"))
    organization = world.organizations[seat.company]
    return Entry(
        number,
        organization.name,
        (Dated(role, upstream=upstream),),
        organization_id=organization.id,
        state=seat.state,
        state_reason=word("state"),
    )


def _number(world: World, seat: Seat) -> str:
    """Its number; a distributor's stands on the sales lines of those below it."""
    key = f"number {seat.network} {seat.company}"
    if key not in world.secrets:
        below = [other.company for other in SEATS if other.upstream == seat.company]
        world.secrets[key] = world.canaries.text(seat.company, "number", of_seat(seat) | set(below))
    return world.secrets[key]


def _end_larch(world: World) -> None:
    reason = world.canaries.text("larch", "ended", ["aurora"])
    with acting(world.scope("aurora.partners")):
        move_membership(membership=world.memberships["aurora-channel", "larch"], state="ENDED", reason=reason, at=NOW)


def _shelves(world: World, slug: str) -> None:
    operator, everybody = OPERATORS[slug], listed(slug)
    word = lambda what, audience=everybody: world.canaries.text(operator, what, audience)  # noqa: E731
    network = world.networks[slug]
    skus = [word("sku"), word("sku")]
    world.skus[slug] = skus[0]
    with acting(world.scope(f"{operator}.owner")):
        products = [ProductEntry(sku, word("product"), word("category"), word("family")) for sku in skus]
        take_products(network=network, entries=products, at=NOW)
        take_price_list(
            network=network,
            name=word("pricelist", ()),
            currency="EUR",
            valid_from=date(2025, 1, 1),
            valid_until=None,
            prices=[(sku, Decimal(world.canaries.prime({operator}))) for sku in skus],
            at=NOW,
        )
        enter_rate(network=network, currency="USD", on=date(2025, 3, 1), rate="0.92", at=NOW, reason="Story")


def _program(world: World, slug: str) -> None:
    operator, network = OPERATORS[slug], world.networks[slug]
    text = program_text(world.canaries, slug, label="2025")
    with acting(world.scope(f"{operator}.manager")):
        name = world.canaries.text(operator, "program", admitted(slug))
        program = create_program(network=network, name=name, text=text, at=NOW)
        note = world.canaries.text(operator, "note", admitted(slug))
        world.versions[slug] = publish(program=program, revision=1, note=note, at=NOW)
        draft = program_text(world.canaries, slug, label="2025-b", secret=True)
        save_draft(program=program, text=draft, revision=1, at=NOW)
    world.programs[slug] = program


def _accept(world: World, slug: str) -> None:
    """The rules of engagement, accepted for each that registers and by the operator's owner; others have not read them yet."""
    partners = sorted({company for company, *_ in DEALS.values()}) if slug == "aurora-channel" else ["fir", "gorse"]
    for who in (OPERATORS[slug], *partners):
        with acting(world.scope(f"{who}.owner")):
            accept_rules(network=world.networks[slug], version=world.versions[slug].code, at=NOW)


def _customers(world: World, slug: str) -> None:
    """Two customers whose identity the network reads, one held by a partner, an account list, and what partners know alone."""
    operator, network = OPERATORS[slug], world.networks[slug]
    word = lambda what, audience=(): world.canaries.text(operator, what, {operator, *audience})  # noqa: E731
    with acting(world.scope(f"{operator}.owner")):
        for name in ("first", "second"):
            facts = {"name": word("customer", reading(slug)), "city": word("customercity", reading(slug))}
            kept = Keeping(word("segment"), word("reference"), world.people[f"{operator}.owner"].id)
            world.customers[slug, name] = add_customer(network=network, facts=facts, keeping=kept, at=NOW)
        holder = "elm" if slug == "aurora-channel" else "fir"
        for each, company in ((holder, "first"), (operator, "second")):
            name_account(
                network=network,
                company=world.customers[slug, company],
                holder_id=world.organizations[each].id,
                family=word("held", {each}),
                reason=word("because", {each}),
                from_on=NOW.date(),
                at=NOW,
            )
        content = f"{word('column')},name\n{word('cell')},{word('listed')}\n".encode()
        receive_list(network=network, file_name=f"{word('listfile')}.csv", chunks=[content], at=NOW)
    for company in ("elm", "fir") if slug == "aurora-channel" else ():
        with acting(world.scope(f"{company}.owner")):
            facts = {"name": world.canaries.text(company, "privatecustomer", ())}
            know_company(space=network.id, known_to=world.organizations[company].id, facts=facts, at=NOW)


def _report(world: World, slug: str, sender: str) -> None:
    seats = {seat.company: seat for seat in SEATS if seat.network == slug}
    sold = {partner: seats[partner] for partner in REPORTERS[slug, sender]}
    numbers = {name: _number(world, seats[name]) for name in {*sold, sender}} | {"sku": world.skus[slug]}
    content = report_text(world.canaries, slug, sender, sold, numbers)
    world.reports[slug, sender] = _send(world, slug, sender, content, reading=READING)


def _unread_report(world: World) -> None:
    content = unread_text(world.canaries, "aurora-channel", "hazel")
    world.reports["aurora-channel", "hazel"] = _send(world, "aurora-channel", "hazel", content, reading=None)


def _send(world: World, slug: str, sender: str, content: str, *, reading: dict[str, object] | None) -> SalesReport:
    scope = world.scope(f"{sender}.owner")
    file_name = world.canaries.text(sender, "file", {OPERATORS[slug]}) + ".csv"
    with acting(scope):
        report, _ = receive_report(
            network=world.networks[slug],
            sender=world.organizations[sender],
            month=date(2025, 3, 1),
            file_name=file_name,
            chunks=[content.encode()],
            at=NOW,
            reading=reading,
        )
    check_report(report_id=report.id, scope=scope, at=NOW)
    with acting(scope):
        found: SalesReport = SalesReport.objects.select_related("network", "sender").get(id=report.id)
    return found


def _settle(world: World, slug: str) -> None:
    operator = OPERATORS[slug]
    scope = world.scope(f"{operator}.finance")
    with acting(scope):
        run = request_run(version=world.versions[slug], period=PERIOD, at=NOW)
    compute_run(run_id=run.id, scope=scope, at=NOW)
    with acting(scope):
        world.runs[slug] = commit_run(run_id=run.id, at=NOW)
        for statement in Statement.objects.filter(run=run).select_related("party"):
            party = next((key for key, each in world.organizations.items() if each == statement.party), "")
            world.statements[slug, party] = statement
            _keep_secret(world, statement.accrued, {operator, party})
        for amount, party_id in Payout.objects.filter(run=run).values_list("amount", "party_id"):
            party = next((key for key, each in world.organizations.items() if each.id == party_id), "")
            _keep_secret(world, amount, {operator, party})


def _keep_secret(world: World, minor: int, audience: set[str]) -> None:
    for text in (str(minor), str(minor // 100)):
        if len(text) >= 7:  # shorter ones turn up by chance, as sizes and in ids
            world.canaries.numbers[text] = frozenset(audience) | world.canaries.numbers.get(text, frozenset())


def _keys_and_offers(world: World, key: str) -> None:
    """API tokens with all, reading and single capabilities; an open invitation; a line in the owner's inbox."""
    now, owner = timezone.now(), world.scope(f"{key}.owner")
    reading = sorted(each for each in owner.capabilities if each.endswith(".view"))
    wanted = {"all": sorted(owner.capabilities), "reading": reading, "networks": ["networks.view"]}
    with acting(owner):
        for label, capabilities in wanted.items():
            made, secret = make_api_token(
                name=world.canaries.text(key, "token", []),
                capabilities=capabilities,
                expires_at=now + timedelta(days=30),
                at=now,
            )
            world.tokens[f"{key}.{label}"], world.token_ids[f"{key}.{label}"] = secret, made.id
        invited = world.canaries.text(key, "invited", []).lower()
        address = f"{invited}@{key}.example"
        offer, secret = invite_person(email=address, roles=["rep"], at=now)
        world.invitations[key], world.secrets[f"invitation {key}"] = offer.id, secret
        world.secrets[f"invited {key}"] = invited
        person = world.people[f"{key}.owner"]
        text = world.canaries.text(key, "notice", [])
        notify(person_id=person.id, organization_id=world.organizations[key].id, text=text, url="/inbox", at=NOW)
