"""A proper body for every write: without one, a refusal would prove nothing about the right to write.

`events` is how many events the write records; 0 where it changes nothing by its nature (checks and previews).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.safety.things import Thing
from tests.world.documents import HEADER, PROGRAM, READING
from tests.world.story import World

Body = Callable[[World, Thing | None], Mapping[str, Any]]
DAY = "2025-03-05"
ANOTHER = object()


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent: JSON, or a form with files; by whom it is tried to success, and the events that follow.

    `answer`: the one status that is right where success needs another state. `of_another`: on what is not the asker's own.
    """

    body: Body
    by: str = "aurora.owner"
    events: int = 1
    form: bool = False
    answer: int = 0
    of_another: bool = False


def _fixed(**values: Any) -> Body:
    return lambda world, thing: values


def _program(**more: Any) -> Body:
    words = {"name": "Other", "rebate": "Rebate", "commission": "Commission", "label": "2025-c"}
    return lambda world, thing: {"text": PROGRAM.format(**words), **more}


def _code_of(company: str) -> Body:
    return lambda world, thing: {"organization": world.organizations[company].code}


def _report(world: World, thing: Thing | None) -> Mapping[str, Any]:
    content = f"{HEADER}\nI-1,1,{DAY},X,,Y,1,5.00,EUR,\n".encode()
    return {"file": SimpleUploadedFile("april.csv", content), "month": "2025-04", "reading": json.dumps(READING)}


def _rates(world: World, thing: Thing | None) -> Mapping[str, Any]:
    return {"file": SimpleUploadedFile("rates.csv", f"Date,USD,GBP\n{DAY},1.1,0.8\n".encode())}


def _token(world: World, thing: Thing | None) -> Mapping[str, Any]:
    expires = (timezone.now() + timedelta(days=3)).isoformat()
    return {"name": "robot", "capabilities": ["networks.view"], "expires_at": expires}


def _member(world: World, thing: Thing | None) -> Mapping[str, Any]:
    slug = thing.address["slug"] if thing else ""
    return {
        "member": next((row.code for (network, _), row in world.memberships.items() if network == slug), "zzzzzzzz")
    }


def _version(world: World, thing: Thing | None) -> Mapping[str, Any]:
    version = world.versions.get(thing.address["slug"]) if thing else None
    return {"version": version.code if version else "zzzzzzzz", "period": "2025-Q2"}


def _reading(world: World, thing: Thing | None) -> Mapping[str, Any]:
    """The columns of the report that nobody has read yet; any others are refused."""
    headers = world.reports["aurora-channel", "hazel"].reading["headers"]
    columns = ("sold_on", "partner", "product", "quantity")
    return {
        "mapping": dict(zip(columns, headers, strict=True)),
        "formats": {"date": "ymd", "decimal": ".", "thousands": ""},
    }


def _prices(world: World, thing: Thing | None) -> Mapping[str, Any]:
    sku = world.skus.get(thing.address["slug"], "none") if thing else "none"
    prices = [{"sku": sku, "unit_price": "5.00"}]
    return {"name": "List", "currency": "EUR", "valid_from": "2025-06-01", "prices": prices}


def _customer(**more: Any) -> Body:
    """The code of another customer of the same network, by the name of its field, with more."""

    def body(world: World, thing: Thing | None) -> Mapping[str, Any]:
        slug = thing.address["slug"] if thing else ""
        codes = [row.code for (network, _), row in world.customers.items() if network == slug]
        other = next((code for code in reversed(codes) if not thing or code != thing.address.get("code")), "zzzzzzzz")
        return {name: other if value is ANOTHER else value for name, value in more.items()}

    return body


def _accounts(world: World, thing: Thing | None) -> Mapping[str, Any]:
    return {"file": SimpleUploadedFile("accounts.csv", b"name,zip\nFresh Ltd,48150\n")}


def _deal(world: World, thing: Thing | None) -> Mapping[str, Any]:
    """A registration of the draft's product family in another country."""
    slug = thing.address["slug"] if thing else ""
    code = next((row.code for (network, _), row in world.customers.items() if network == slug), "zzzzzzzz")
    return {"customer": code, "family": world.deals["draft"].family, "country": "FR", "title": "Fresh"}


def _deals_file(world: World, thing: Thing | None) -> Mapping[str, Any]:
    """A file with one project; its product family is known in one network, and told to no other."""
    at_home = thing is not None and thing.address["slug"] == "aurora-channel"
    header = "customer_name,family,country,title"
    row = f"Fresh Ltd,{world.deals['draft'].family if at_home else 'None'},FR,Fresh"
    return {"file": SimpleUploadedFile("deals.csv", f"{header}\n{row}\n".encode())}


def _by_mail(*, by_code: bool) -> Body:
    """The owner of elm, as a member of the network; the API names a membership by its code, the form by its id."""

    def body(world: World, thing: Thing | None) -> Mapping[str, Any]:
        if thing is None or thing.address["slug"] != "aurora-channel":
            return {"member": "zzzzzzzz", "email": "someone@elsewhere.de", "days": 9}
        member = world.memberships["aurora-channel", "elm"]
        named = member.code if by_code else str(member.id)
        return {"member": named, "email": world.people["elm.owner"].email, "days": 9}

    return body


def _row(**more: Any) -> Body:
    return lambda world, thing: {"rows": [int(thing.address["row"])] if thing else [1], **more}


def _repair(world: World, thing: Thing | None) -> Mapping[str, Any]:
    return {"rows": {thing.address["row"] if thing else "1": {"sold_on": DAY}}}


def _adjudicator(world: World, thing: Thing | None) -> Mapping[str, Any]:
    """Somebody of those who run the case's network who has not decided it before."""
    operator = thing.operator if thing else "aurora"
    return {"person": str(world.people[f"{operator}.owner"].id)}


def _proof(world: World, thing: Thing | None) -> Mapping[str, Any]:
    return {"text": "It was ours first.", "file": SimpleUploadedFile("proof.txt", b"ours")}


REMEDY = {
    "remedy": "uphold",
    "rule": "First in time",
    "reason": "It was complete.",
    "precedent_text": "Complete counts.",
}
INCENTIVE = {
    "id": "extra",
    "name": "Extra",
    "kind": "rebate",
    "period": "quarter",
    "bands": [{"from": "0", "rate": "1%"}],
}
ROSTER = [{"number": "N-77", "name": "New Partner", "types": ["Reseller"]}]

API: dict[str, Payload] = {
    "set_profile": Payload(_fixed(name="New Name", locale="de", theme="dark"), by="elm.rep"),
    "create_organization": Payload(_fixed(name="Newcomer")),
    "edit_organization": Payload(_fixed(city="Elsewhere"), by="elm.owner"),
    "set_identifiers": Payload(_fixed(identifiers=[{"scheme": "DOMAIN", "value": "elsewhere.de"}]), by="elm.owner"),
    "set_roles": Payload(_fixed(roles=["rep"]), by="elm.owner"),
    "suspend_person": Payload(_fixed(), by="elm.owner"),
    "end_affiliation": Payload(_fixed(), by="elm.owner"),
    "invite_person": Payload(_fixed(email="someone@elsewhere.de", roles=["rep"]), by="elm.owner"),
    "withdraw_invitation": Payload(_fixed(), by="elm.owner"),
    "make_token": Payload(_token, by="elm.owner", answer=403, events=0),
    "revoke_token": Payload(_fixed(), by="elm.owner"),
    "found_network": Payload(_fixed(slug="founded", name="Founded", kind="VENDOR", currency="EUR")),
    "edit_network": Payload(_fixed(name="Renamed", charter="New", accent="baltic")),
    "elect_steward": Payload(_code_of("elm"), by="pine.owner"),
    "apply": Payload(_fixed(message="Please"), by="nettle.owner"),
    "invite_member": Payload(
        lambda world, thing: {"types": ["Reseller"], "number": "N-9", "company": {"name": "Fresh", "country": "DE"}},
        events=2,
    ),
    "set_standing": Payload(_fixed(types=["Reseller"], tier="Gold", since="2025-05-01"), of_another=True),
    "move": Payload(_fixed(state="ENDED", reason="Over"), of_another=True),
    "check_roster": Payload(_fixed(rows=ROSTER), events=0),
    "take_roster": Payload(_fixed(rows=ROSTER)),
    "take_products": Payload(_fixed(products=[{"sku": "NEW-1", "name": "New"}])),
    "take_price_list": Payload(_prices),
    "add_customer": Payload(_fixed(name="Fresh Ltd", country="DE")),
    "correct_customer": Payload(_fixed(city="Elsewhere")),
    "note_customer_name": Payload(_fixed(name="Another Name", kind="ALIAS")),
    "set_customer_parent": Payload(_customer(parent=ANOTHER)),
    "merge_customer": Payload(_customer(into=ANOTHER, reason="Same")),
    "name_account": Payload(_customer(customer=ANOTHER, holder="", family="Spare", from_on="2025-05-01")),
    "end_named_account": Payload(_fixed(until_on="2025-06-01", reason="Over"), of_another=True),
    "send_customer_list": Payload(_accounts, form=True),
    "map_customer_list": Payload(_fixed(mapping={"name": "name"})),
    "add_case_evidence": Payload(_proof, by="elm.owner", form=True),
    "rest_case": Payload(_fixed(), by="elm.owner"),
    "withdraw_case": Payload(_fixed(), by="elm.owner"),
    "accept_remedy": Payload(_fixed(), by="elm.owner"),
    "appeal_remedy": Payload(_fixed(reason="Read it again."), by="fir.owner"),
    "assign_adjudicator": Payload(_adjudicator),
    "propose_remedy": Payload(_fixed(**REMEDY)),
    "decide_case": Payload(_fixed(**REMEDY)),
    "create_registration": Payload(_deal, by="elm.owner"),
    "edit_registration": Payload(_fixed(title="Other"), by="elm.owner"),
    "send_registration_list": Payload(_deals_file, by="elm.owner", form=True),
    "confirm_registration_list": Payload(_fixed(), by="elm.owner"),
    "invite_by_mail": Payload(_by_mail(by_code=True)),
    "revoke_mail_invitation": Payload(_fixed()),
    "submit_registration": Payload(_fixed(), by="elm.owner", events=2),
    "withdraw_registration": Payload(_fixed(), by="elm.owner"),
    "set_registration_stage": Payload(_fixed(stage="COMMITTED"), by="elm.owner"),
    "extend_registration": Payload(_fixed(evidence="An offer is out."), by="elm.owner"),
    "amend_registration": Payload(_fixed(title="Other"), by="elm.owner"),
    "reject_registration": Payload(
        _fixed(reason="They have chosen already."), events=2
    ),  # who stood beside is decided again
    "return_registration": Payload(_fixed(reason="Say which site it is for."), events=2),
    "dispute_registration": Payload(_fixed(statement="We were first."), by="fir.owner", events=2),
    "open_case_between": Payload(_fixed(), events=3),
    "answer_match": Payload(_fixed(answer="SAME"), events=2),
    "accept_rules": Payload(_version, by="elm.owner", answer=409, events=0),
    "create_program": Payload(_program(name="Second")),
    "save_draft": Payload(_program(revision=2)),
    "set_incentive": Payload(_fixed(revision=2, incentive=INCENTIVE)),
    "check_program": Payload(_program(), events=0),
    "publish_program": Payload(_fixed(revision=2, note="Better")),
    "hold_territory": Payload(_fixed(holder="", from_on="2026-05-01", reason="Given")),
    "end_holding": Payload(_fixed(until_on="2026-06-01"), of_another=True),
    "record_covenant_result": Payload(_fixed(period="2026-02", amount_minor=100, source="Report"), of_another=True),
    "reverse_transaction": Payload(_fixed(reason="Wrong"), of_another=True),
    "close_period": Payload(_fixed()),
    "seal_period": Payload(_fixed(), answer=409, events=0),
    "import_rates": Payload(_rates, form=True),
    "enter_rate": Payload(_fixed(rate="0.91", reason="By hand")),
    "send_sales_report": Payload(_report, by="elm.owner", form=True),
    "confirm_sales_reading": Payload(_reading, by="hazel.owner"),
    "preview_sales_reading": Payload(_reading, by="hazel.owner", events=0),
    "repair_quarantined_rows": Payload(_repair, by="delta.owner"),
    "match_reported_name": Payload(
        _fixed(kind="PARTNER", text="Somebody", target="none"), by="delta.owner", answer=422, events=0
    ),
    "discard_quarantined_rows": Payload(_row(reason="Not ours"), by="delta.owner"),
    "create_run": Payload(_version),
    "resume_person": Payload(_fixed(), by="elm.owner", answer=409, events=0),
    "commit_run": Payload(_fixed(), answer=409, events=0),
}
QUERIES = {
    "find_customer_candidates": "?name=cnry",
    "customers:candidates": "?name=cnry",
    "customers:customers": "?q=cnry",
    "deals:candidates": "?customer_name=cnry",
    "ask_what_if": "?rules=draft-none&since=2025-01-01&until=2025-07-01",
    "list_sales_lines": "?first=2025-01-01&until=2025-07-01",
    "get_sell_through": "?first=2025-01-01&until=2025-07-01",
    "networks:move": "?to=ENDED",
    "site:search": "?q=cnry",
}
EMPTY = Payload(_fixed())


def of(name: str) -> Payload:
    """The payload of a screen or operation."""
    return API.get(name) or SCREENS.get(name, EMPTY)


def sent(payload: Payload, world: World, thing: Thing | None, *, api: bool) -> dict[str, Any]:
    """Arguments of the request."""
    values = dict(payload.body(world, thing))
    if api and not payload.form:
        return {"data": json.dumps(values).encode()}
    return {"data": values, "form": True}


SCREENS: dict[str, Payload] = {
    "customers:name_account": Payload(_customer(customer=ANOTHER, holder="", family="Spare", from_on="2025-05-01")),
    "deals:dispute": Payload(_fixed(statement="We were first."), by="fir.owner", events=2),
    "deals:import": Payload(_deals_file),
    "deals:by_mail": Payload(_by_mail(by_code=False)),
    "disputes:evidence": Payload(_proof),
    "disputes:appeal": Payload(_fixed(reason="Read it again.")),
    "disputes:adjudicator": Payload(_adjudicator),
    "disputes:proposal": Payload(_fixed(**REMEDY)),
    "disputes:decision": Payload(_fixed(**REMEDY)),
    "networks:steward": Payload(_member, by="pine.owner"),
    "programs:hold": Payload(_fixed(holder="-", from_on="2026-05-01")),
    "programs:end_holding": Payload(_fixed(until_on="2026-06-01"), of_another=True),
    "programs:record_result": Payload(_fixed(period="2026-02", figure="1.00", source="Report"), of_another=True),
    "programs:editor": Payload(_program(revision="2")),
}
