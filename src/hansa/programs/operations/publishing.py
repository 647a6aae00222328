from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from hansa.activity.operations import record
from hansa.engines.settlement import ProgramDocument
from hansa.engines.settlement.yaml_tree import MAX_BYTES
from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import NotFound, NotPossibleNow, Unprocessable
from hansa.kit.scope import current_scope
from hansa.networks.models import Network
from hansa.programs import document
from hansa.programs.models import Draft, Program, ProgramVersion
from hansa.programs.rules.blocks import CannotWriteError, write_incentive

LONGEST_NAME, LONGEST_LABEL, LONGEST_NOTE = 120, 40, 500


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
    _check_text(text)
    name = name.strip()
    Network.objects.select_for_update(of=("self",)).get(id=network.id)
    named = Program.objects.filter(network=network, name=name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or named.exists():
        problem = Problem("", 0, "name", f"a name of up to {LONGEST_NAME} characters that the network does not use")
        raise Unprocessable("The program needs another name.", problems=[problem])
    program: Program = Program.objects.create(network=network, name=name, created_at=at)
    Draft.objects.create(
        program=program, network_id=network.id, text=text, updated_at=at, updated_by_id=scope.person_id
    )
    record("programs.program.created", subject=program, at=at, network_id=network.id, facts={"name": name})
    return program


@transaction.atomic
def save_draft(*, program: Program, text: str, revision: int, at: datetime) -> Draft:
    """Keep the draft's text, errors and all; refused when `revision` is not the one last saved.

    The same text again changes nothing.
    """
    scope = current_scope()
    scope.require_operator(program.network_id, "programs.edit")
    _check_text(text)
    draft: Draft | None = Draft.objects.select_for_update(of=("self",)).filter(program=program).first()
    if draft is None:
        raise NotFound()
    if draft.revision != revision:
        raise DraftMovedOn("Somebody has saved this draft since you opened it. Compare with the newer text first.")
    if draft.text == text:
        return draft
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
def set_incentive(
    *, program: Program, incentive: dict[str, Any], revision: int, at: datetime, replacing: str = ""
) -> Draft:
    """Write one incentive into the draft's text, in place of `replacing` or behind the last; the rest stays as it is.

    `incentive` holds plain words under the keys of the document (`id`, `kind`, `who`, `bands` and so on). It may still
    be wrong, as a draft may.
    """
    current_scope().require_operator(program.network_id, "programs.edit")
    draft: Draft | None = Draft.objects.select_for_update(of=("self",)).filter(program=program).first()
    if draft is None:
        raise NotFound()
    if draft.revision != revision:
        raise DraftMovedOn("Somebody has saved this draft since you opened it. Read it again first.")
    try:
        text = write_incentive(draft.text, incentive, replacing=replacing)
    except CannotWriteError as error:
        problems = [Problem("program", 0, "incentives", "a document in which this incentive can be written")]
        raise Unprocessable(str(error), problems=problems) from error
    return save_draft(program=program, text=text, revision=revision, at=at)


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
    if len(note) > LONGEST_NOTE or "\x00" in note:
        expected = f"up to {LONGEST_NOTE} characters"
        raise Unprocessable("The note is too long.", problems=[Problem("", 0, "note", expected)])
    paying = parse_or_refuse(draft.text).paying
    _check_label(program, paying)
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


def _check_label(program: Program, paying: ProgramDocument) -> None:
    currency = program.network.currency
    if len(paying.version) > LONGEST_LABEL:
        problem = Problem("program", 0, "version", f"a label of up to {LONGEST_LABEL} characters")
        raise DocumentRefused("The label of the version is too long.", problems=[problem])
    if paying.currency != currency:
        expected = f"{currency}, the currency of the network, whose exchange rates settle it"
        raise DocumentRefused(
            "The currency is another than the network's.", problems=[Problem("program", 0, "currency", expected)]
        )
    if ProgramVersion.objects.filter(program=program, label=paying.version).exists():
        raise DocumentRefused(
            f"Version {paying.version} has been published already and cannot change.",
            problems=[Problem("program", 0, "version", "a label that no published version has")],
        )


def _check_text(text: str) -> None:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES or "\x00" in text:
        problems = [Problem("program", 0, "", "a text of at most 1 MiB")]
        raise Unprocessable("This is too long for a program.", problems=problems)


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
