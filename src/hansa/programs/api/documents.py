"""Programs over the API: drafts, checks, publications, versions, and the schema of the document."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from hansa.kit.api import REFUSALS, ProblemItem
from hansa.kit.exports import text_download
from hansa.kit.failures import NotFound
from hansa.kit.pagination import page_of
from hansa.kit.scope import current_scope
from hansa.networks.queries import network_by_slug
from hansa.programs import document, operations, queries
from hansa.programs.models import Draft, Program, ProgramVersion
from hansa.programs.territories import overlaps

router = Router(tags=["Programs"])


class ProgramOut(Schema):
    """A network's partner program."""

    code: str
    name: str
    network: str = Field(description="Slug of the network")
    created_at: datetime


class ProgramList(Schema):
    """A page of programs."""

    items: list[ProgramOut]
    next: str | None
    previous: str | None


class ProgramIn(Schema):
    """A program to start."""

    name: str
    text: str = Field(description="The first draft, YAML; it may still have errors")


class DraftOut(Schema):
    """The text being worked on."""

    text: str
    revision: int
    updated_at: datetime


class DraftIn(Schema):
    """A text to keep; refused with 409 when `revision` is not the one last saved."""

    text: str
    revision: int


class IncentiveIn(Schema):
    """One incentive to write into the draft, as plain words under the keys of the document."""

    revision: int
    incentive: dict[str, Any]
    replacing: str = Field("", description="Id of the incentive in whose place it goes; empty: behind the last")


class CheckIn(Schema):
    """A text to check."""

    text: str


class CheckOut(Schema):
    """What is wrong with a text; row is the line of the YAML."""

    problems: list[ProblemItem]
    rules: list[str] = Field(description="Every incentive in words; empty while there are problems")
    overlaps: list[str] = Field(description="Where exclusive territories meet, in words; that is allowed")


class PublicationIn(Schema):
    """The draft to publish, by its revision, with a note."""

    revision: int
    note: str = ""


class VersionOut(Schema):
    """A published program document; it never changes."""

    code: str
    label: str
    program: str = Field(description="Code of the program")
    effective_from: date
    effective_until: date = Field(description="Exclusive")
    note: str
    sha256: str
    published_at: datetime
    rules: list[str] = Field(description="Every incentive in words")
    overlaps: list[str] = Field(description="Where exclusive territories meet, in words; that is allowed")


class VersionList(Schema):
    """A page of versions, the newest first."""

    items: list[VersionOut]
    next: str | None
    previous: str | None


class TermsOut(Schema):
    """The rules of engagement in force, and who accepted them for you."""

    version: str = Field(description="Code of the program version; what is accepted")
    label: str
    sentences: list[str] = Field(description="The section in words")
    sha256: str = Field(description="Digest of the section; a later version with the same one asks nobody again")
    accepted_at: datetime | None = Field(description="Null: accept them before you submit a registration")
    accepted_by: str | None


class AcceptanceIn(Schema):
    """The version whose rules of engagement were read."""

    version: str = Field(max_length=40)


class AcceptancesOut(Schema):
    """Who has accepted the rules of engagement in force, and whose acceptance is missing."""

    version: str
    label: str
    members: int
    members_accepted: int
    members_missing: list[str]
    people: int = Field(description="Your people who may register deals")
    people_accepted: int
    people_missing: list[str]


@router.get("/program-schema", response={200: dict[str, Any], **REFUSALS}, operation_id="get_program_schema")
def get_program_schema(request: HttpRequest) -> object:
    return document.schema()


@router.get("/networks/{slug}/programs", response={200: ProgramList, **REFUSALS}, operation_id="list_programs")
def list_programs(request: HttpRequest, slug: str, cursor: str = "") -> object:
    current_scope().require("networks.view")
    page = page_of(queries.programs_of(network_by_slug(slug).id), order=("name", "id"), cursor=cursor)
    items = [_program(program, slug) for program in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@router.post("/networks/{slug}/programs", response={201: ProgramOut, **REFUSALS}, operation_id="create_program")
def create_program(request: HttpRequest, slug: str, body: ProgramIn) -> object:
    network = network_by_slug(slug)
    made = operations.create_program(network=network, name=body.name, text=body.text, at=timezone.now())
    return Status(201, _program(made, slug))


@router.get("/networks/{slug}/rules-of-engagement", response={200: TermsOut, **REFUSALS}, operation_id="get_rules")
def get_rules(request: HttpRequest, slug: str) -> object:
    """The rules of engagement in force, in words; 404 where no program is in force."""
    current_scope().require("networks.view")
    return _terms(_in_force(slug))


@router.post(
    "/networks/{slug}/rules-of-engagement/acceptance",
    response={200: TermsOut, **REFUSALS},
    operation_id="accept_rules",
)
def accept_rules(request: HttpRequest, slug: str, body: AcceptanceIn) -> object:
    """Accept them: for your organization, or for yourself where it runs the network. Needs `deals.register`."""
    operations.accept_rules(network=network_by_slug(slug), version=body.version, at=timezone.now())
    return _terms(_in_force(slug))


@router.get(
    "/networks/{slug}/rules-of-engagement/acceptances",
    response={200: AcceptancesOut, **REFUSALS},
    operation_id="list_acceptances",
)
def list_acceptances(request: HttpRequest, slug: str) -> object:
    """Who has accepted them, for those who run the network."""
    network = network_by_slug(slug)
    current_scope().require_operator(network.id, "networks.view")
    version = _in_force(slug).version
    asked = queries.acceptances_of(network, version)
    names = AcceptancesOut.model_fields.keys() - {"version", "label"}
    return {"version": version.code, "label": version.label, **{name: getattr(asked, name) for name in names}}


@router.get("/programs/{code}", response={200: ProgramOut, **REFUSALS}, operation_id="get_program")
def get_program(request: HttpRequest, code: str) -> object:
    found = queries.program_by_code(code)
    return _program(found, found.network.slug)


@router.get("/programs/{code}/draft", response={200: DraftOut, **REFUSALS}, operation_id="get_draft")
def get_draft(request: HttpRequest, code: str) -> object:
    program = queries.program_by_code(code)
    current_scope().require_operator(program.network_id, "programs.edit")
    return queries.draft_of(program)


@router.put("/programs/{code}/draft", response={200: DraftOut, **REFUSALS}, operation_id="save_draft")
def save_draft(request: HttpRequest, code: str, body: DraftIn) -> Draft:
    program = queries.program_by_code(code)
    return operations.save_draft(program=program, text=body.text, revision=body.revision, at=timezone.now())


@router.put("/programs/{code}/draft/incentive", response={200: DraftOut, **REFUSALS}, operation_id="set_incentive")
def set_incentive(request: HttpRequest, code: str, body: IncentiveIn) -> Draft:
    program = queries.program_by_code(code)
    return operations.set_incentive(program=program, **body.dict(), at=timezone.now())


@router.post("/program-checks", response={200: CheckOut, **REFUSALS}, operation_id="check_program")
def check_program(request: HttpRequest, body: CheckIn) -> object:
    checked = queries.check(body.text)
    listed = [
        {"file": p.file, "row": p.row, "column": p.column, "expected": p.expected} for p in checked.problems[:1000]
    ]
    said = {"rules": [rule.words for rule in checked.rules], "overlaps": [each.words for each in checked.overlaps]}
    return {"problems": listed, **said}


@router.post("/programs/{code}/publications", response={201: VersionOut, **REFUSALS}, operation_id="publish_program")
def publish_program(request: HttpRequest, code: str, body: PublicationIn) -> object:
    program = queries.program_by_code(code)
    made = operations.publish(program=program, revision=body.revision, note=body.note, at=timezone.now())
    return Status(201, _version(made))


@router.get("/programs/{code}/versions", response={200: VersionList, **REFUSALS}, operation_id="list_versions")
def list_versions(request: HttpRequest, code: str, cursor: str = "") -> object:
    rows = queries.versions_of(queries.program_by_code(code))
    page = page_of(rows, order=("-published_at", "-id"), cursor=cursor)
    items = [_version(version) for version in page.items]
    return {"items": items, "next": page.next, "previous": page.previous}


@router.get("/program-versions/{code}", response={200: VersionOut, **REFUSALS}, operation_id="get_version")
def get_version(request: HttpRequest, code: str) -> object:
    return _version(queries.version_by_code(code))


@router.get("/program-versions/{code}/document", response=REFUSALS, operation_id="download_version")
def download_version(request: HttpRequest, code: str) -> HttpResponseBase:
    """The document as a YAML file to save."""
    version = queries.version_by_code(code)
    return text_download(queries.file_name_of(version), version.text)


def _in_force(slug: str) -> queries.Terms:
    terms = queries.terms_of(network_by_slug(slug), day=timezone.now().date())
    if terms is None:
        raise NotFound()
    return terms


def _terms(terms: queries.Terms) -> dict[str, object]:
    row = terms.acceptance
    return {
        "version": terms.version.code,
        "label": terms.version.label,
        "sentences": list(terms.sentences),
        "sha256": terms.sha256,
        "accepted_at": row.at if row else None,
        "accepted_by": row.person.name if row else None,
    }


def _program(program: Program, slug: str) -> dict[str, object]:
    return {"code": program.code, "name": program.name, "network": slug, "created_at": program.created_at}


def _version(version: ProgramVersion) -> dict[str, object]:
    names = ("code", "label", "effective_from", "effective_until", "note", "sha256", "published_at")
    parsed = queries.program_of_version(version)
    said = {
        "program": version.program.code,
        "rules": [rule.words for rule in queries.rules_in_words(parsed.paying)],
        "overlaps": [each.words for each in overlaps(parsed.territories)],
    }
    return {**{name: getattr(version, name) for name in names}, **said}
