"""Eight partners register the same project at the same instant, over HTTP on a real server: exactly one is protected.

    python -m benchmarks.race --rounds 1000

An installation of its own in a temporary folder (embedded PostgreSQL, granian with two processes), a vendor's network
whose answers come at once, eight members with an API token each. In every round the eight wait for each other and then
each sends one request that registers and submits, the customer in its own spelling; afterwards the vendor reads what
became of them. A round is right where one is APPROVED and seven are IN_REVIEW: behind it, or in the operator's queue.

The control stands in src/hansa/deals/tests/test_races.py: without the network's lock, all having checked before any
writes, nearly every round goes wrong.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hansa.cli import server
from hansa.kit.processes import Family

AT_ONCE = 8
RIGHT = {"APPROVED": 1, "IN_REVIEW": AT_ONCE - 1}
SPELLINGS = (
    "{} Logistics AB",
    "{} LOGISTICS",
    "{}  Logistics Aktiebolag",
    "The {} Logistics",
    "Logistics {} AB",
    "{} Logistic AB",
    "{}\u200b Logistics",
    "{}-Logistics, AB",
)
FAMILIES = [f"Bikes {number}" for number in range(50)]
COUNTRIES = ("SE", "NO", "DK", "FI", "DE", "NL", "BE", "FR", "ES", "PT", "IT", "AT", "CH", "PL", "CZ", "SK", "HU", "RO", "BG",
             "GR", "HR", "SI", "EE", "LV", "LT", "IE", "GB")  # fmt: skip
PROGRAM = """
hansa: 1
program: Race
version: "1"
currency: EUR
fiscal_year_starts: 01-01
effective: {{from: {year}-01-01, until: {next_year}-01-01}}
tiers: [{{name: Registered}}]
rules_of_engagement:
  registration: {{open_quota: {quota}, daily_quota: {quota}}}
  protection: [{{days: 60}}]
  clocks: {{answer_after: 0, decision: {{hours: 16, lapse: escalate}}}}
"""


@dataclass(frozen=True)
class World:
    """What the race needs to know: API tokens of the vendor and of its members."""

    vendor: str
    members: list[str]


def build_world(*, rounds: int, at: datetime) -> World:
    """A network with a product family, a published program and eight active members. The only place that knows how."""
    from hansa.catalog.operations import ProductEntry, take_products
    from hansa.kit.scope import Scope, acting, system
    from hansa.networks.operations.membership import Role, create_network
    from hansa.networks.operations.roster import Dated, Entry, admit_members
    from hansa.networks.queries import scope_of
    from hansa.organizations.models import Organization
    from hansa.organizations.operations import affiliate, create_organization, make_api_token
    from hansa.people.operations import open_account
    from hansa.programs.operations import accept_rules, create_program, publish

    def organization(name: str) -> tuple[Organization, Scope]:
        with acting(system("founding a company of the race")):
            made = create_organization(at=at, values={"name": name, "country": "SE"}).organization
            email = f"{name.replace(' ', '.').lower()}@example.org"
            person = open_account(email=email, name=f"Owner of {name}", password="twelve oars in the water")
            affiliate(person_id=person.id, organization_id=made.id, roles=["owner"], at=at)
        return made, scope_of(organization_id=made.id, person_id=person.id, on=at.date())

    def token(scope: Scope, *capabilities: str) -> str:
        with acting(scope):
            lives_until = at + timedelta(days=2)
            return make_api_token(name="race", capabilities=capabilities, expires_at=lives_until, at=at)[1]

    vendor, of_vendor = organization("Nordwind Bikes")
    members = [organization(f"Member {number}") for number in range(AT_ONCE)]
    with acting(of_vendor):
        network = create_network(slug="race", name="Race", kind="VENDOR", currency="EUR", at=at)
    of_vendor = scope_of(organization_id=vendor.id, person_id=of_vendor.person_id, on=at.date())
    with acting(of_vendor):
        role = Dated(Role(("Reseller",), tier="Registered"))
        entries = [
            Entry(f"M-{n}", member.name, (role,), organization_id=member.id) for n, (member, _) in enumerate(members)
        ]
        with acting(Scope(vendor.id, of_vendor.person_id, of_vendor.capabilities, of_vendor.operates, system="a race")):
            admit_members(network=network, entries=entries, at=at)
        products = [ProductEntry(f"B-{n}", f"Racer {n}", "Bikes", family) for n, family in enumerate(FAMILIES)]
        take_products(network=network, entries=products, at=at)
        text = PROGRAM.format(year=at.year, next_year=at.year + 1, quota=10 * rounds)
        program = create_program(network=network, name="Race", text=text, at=at)
        version = publish(program=program, revision=1, note="", at=at)
    for _, scope in members:
        with acting(scope):
            accept_rules(network=network, version=version.code, at=at)
    rights = ("networks.view", "deals.view", "deals.register")
    return World(token(of_vendor, "networks.view", "deals.view"), [token(scope, *rights) for _, scope in members])


def project(number: int) -> tuple[str, str, str]:
    """Customer, family and country of a round. Family and country are its own, so that no round is another's rival."""
    chosen = random.Random(number)
    name = "".join(chosen.choice("bdfgklmnprstvz") + chosen.choice("aeiouy") for _ in range(5)).title()
    return name, FAMILIES[number % len(FAMILIES)], COUNTRIES[number // len(FAMILIES) % len(COUNTRIES)]


@contextmanager
def installation(*, rounds: int) -> Iterator[tuple[int, World]]:
    """A server on a free port and its world, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="hansa-race-") as folder:
        os.environ |= {"HANSA_HOME": folder, "DJANGO_SETTINGS_MODULE": server.SETTINGS}
        with socket.socket() as free:
            free.bind((server.HOST, 0))
            port = int(free.getsockname()[1])
        family = Family()
        with server.database():
            server.django_command("migrate", "-v0", role="owner")
            (Path(folder) / "static").mkdir()
            try:
                import django

                django.setup()
                from django.utils import timezone

                world = build_world(rounds=rounds, at=timezone.now())
                family.start(server.web_command(server.HOST, port, 2), environment=server.environment(serving=True))
                if not server.wait_until_ready(port, family.children[-1]):
                    raise SystemExit("The server did not come up.")
                yield port, world
            finally:
                family.stop()


def register_at_once(port: int, world: World, number: int) -> list[Any]:
    """The codes of eight registrations sent at the same instant; a status and its words where one was refused."""
    barrier, answers = threading.Barrier(AT_ONCE, timeout=60), [None] * AT_ONCE
    name, family, country = project(number)

    def register(member: int) -> None:
        told = {"name": SPELLINGS[member].format(name), "country": country}
        body = {"customer": told, "family": family, "country": country, "title": "Fleet", "submit": True}
        connection = http.client.HTTPConnection(server.HOST, port, timeout=60)
        connection.connect()
        barrier.wait()
        status, answer = send(connection, "POST", "registrations", world.members[member], body)
        answers[member] = answer["code"] if status == 201 else (status, answer)

    threads = [threading.Thread(target=register, args=(member,)) for member in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def reviews(port: int, world: World, codes: list[Any]) -> Counter[str]:
    """What became of registrations, as the vendor reads it: its list shows the newest first."""
    connection = http.client.HTTPConnection(server.HOST, port, timeout=60)
    status, page = send(connection, "GET", "registrations", world.vendor)
    if status != 200:
        raise SystemExit(f"The vendor could not read its registrations: {status} {page}")
    stored = {each["code"]: each["review"] for each in page["items"]}
    return Counter(stored.get(code, f"refused: {code}") if isinstance(code, str) else str(code) for code in codes)


def grounds(port: int, world: World, codes: list[Any]) -> set[str]:
    """Why the registrations of a round were decided as they were, as the vendor reads it."""
    found = set()
    for code in codes:
        connection = http.client.HTTPConnection(server.HOST, port, timeout=60)
        _, page = send(connection, "GET", f"registrations/{code}/decisions", world.vendor)
        found |= {f"  {code} {each['kind']}: {each['ruling']['grounds']}" for each in page.get("items", [])}
    return {each for each in found if " claim: " in each}


def send(
    connection: http.client.HTTPConnection, method: str, path: str, token: str, body: object = None
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "application/json"}
    content = None if body is None else json.dumps(body)
    connection.request(method, f"/api/v1/networks/race/{path}", body=content, headers=headers)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    return answer.status, said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument(
        "--minutes", type=float, default=30, help="ends after so many minutes, however many rounds (30)"
    )
    said = parser.parse_args()
    right = done = 0
    with installation(rounds=said.rounds) as (port, world):
        started = time.monotonic()
        while done < said.rounds and time.monotonic() - started < said.minutes * 60:
            codes = register_at_once(port, world, done)
            came = reviews(port, world, codes)
            done, right = done + 1, right + (came == RIGHT)
            if came != RIGHT:
                print(f"round {done}, {project(done - 1)}: {dict(came)}", flush=True)
                print(*sorted(grounds(port, world, codes)), sep="\n", flush=True)
            if done % 100 == 0:
                print(f"{done} rounds, {right} right, {time.monotonic() - started:.0f} s", flush=True)
        seconds = time.monotonic() - started
    print(f"{done} rounds, exactly one of {AT_ONCE} protected in {right}, {seconds:.0f} s")
    return 0 if right == done == said.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
