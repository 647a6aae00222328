from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from hansa.activity.operations import record
from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.programs import document
from hansa.programs.models import Draft, Program, ProgramVersion


class DraftMovedOn(NotPossibleNow):
    """Somebody else has saved the draft since it was read."""

    title = "The draft has changed meanwhile"


class DocumentRefused(Unprocessable):
    """The program document has errors."""

    title = "The program document has errors"


@transaction.atomic
def create_program(*, network: Network, name: str, text: str, at: datetime) -> Program:
    """Start a network's program with a first draft, which may still have errors."""
    scope = current_scope()
    scope.require_operator(network.id, "programs.edit")
    if not name.strip() or Program.objects.filter(network=network, name=name).exists():
        raise Unprocessable(
            "The program needs another name.", problems=[Problem("", 0, "name", "a name that the network does not use")]
        )
    program: Program = Program.objects.create(network=network, name=name.strip(), created_at=at)
    Draft.objects.create(
        program=program, network_id=network.id, text=text, updated_at=at, updated_by_id=scope.person_id
    )
    record("programs.program.created", subject=program, at=at, network_id=network.id, facts={"name": name})
    return program


@transaction.atomic
def save_draft(*, program: Program, text: str, revision: int, at: datetime) -> Draft:
    """Keep the draft's text, errors and all; refused when `revision` is not the one last saved."""
    scope = current_scope()
    scope.require_operator(program.network_id, "programs.edit")
    draft: Draft | None = Draft.objects.select_for_update(of=("self",)).filter(program=program).first()
    if draft is None:
        raise NotFound()
    if draft.revision != revision:
        raise DraftMovedOn("Somebody has saved this draft since you opened it. Compare with the newer text first.")
    draft.text, draft.revision = text, revision + 1
    draft.updated_at, draft.updated_by_id = at, scope.person_id
    draft.save(update_fields=["text", "revision", "updated_at", "updated_by"])
    record(
        "programs.draft.saved",
        subject=program,
        at=at,
        network_id=program.network_id,
        facts={"revision": draft.revision, "sha256": digest(text)},
    )
    return draft


@transaction.atomic
def publish(*, program: Program, revision: int, note: str, at: datetime) -> ProgramVersion:
    """Publish the draft as an immutable version; refused with every error when the document has any."""
    scope = current_scope()
    scope.require_operator(program.network_id, "programs.publish")
    draft: Draft | None = Draft.objects.select_for_update(of=("self",)).filter(program=program).first()
    if draft is None:
        raise NotFound()
    if draft.revision != revision:
        raise DraftMovedOn("Somebody has saved this draft since you opened it. Read it again before you publish.")
    paying = parse_or_refuse(draft.text).paying
    if paying.currency != program.network.currency:
        expected = f"{program.network.currency}, the currency of the network, whose exchange rates settle it"
        raise DocumentRefused(
            "The currency is another than the network's.", problems=[Problem("program", 0, "currency", expected)]
        )
    if ProgramVersion.objects.filter(program=program, label=paying.version).exists():
        raise DocumentRefused(
            f"Version {paying.version} has been published already and cannot change.",
            problems=[Problem("program", 0, "version", "a label that no published version has")],
        )
    version = ProgramVersion(
        program=program,
        network_id=program.network_id,
        label=paying.version,
        text=draft.text,
        sha256=digest(draft.text),
        effective_from=paying.effective_from,
        effective_until=paying.effective_until,
        note=note.strip(),
        published_at=at,
        published_by_id=scope.person_id,
    )
    version.save(force_insert=True)
    record(
        "programs.version.published",
        subject=version,
        at=at,
        network_id=program.network_id,
        facts={"label": version.label, "sha256": version.sha256},
    )
    return version


def parse_or_refuse(text: str) -> document.Program:
    """The parsed document; DocumentRefused (422) lists what is wrong."""
    try:
        return document.parse(text)
    except Refused as refused:
        raise DocumentRefused(
            "Mend the places listed and save again.", problems=refused.problems, total=refused.total
        ) from refused


def digest(text: str) -> str:
    """SHA-256 of a document's text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()
