"""What the sides show for themselves: evidence, and that it is all they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain

from django.conf import settings
from django.db import transaction

from hansa.disputes.models import Case, Evidence, Rest
from hansa.disputes.operations.steps import acting_side, locked, move, note, require_fit, rules_of
from hansa.disputes.queries import rested_by
from hansa.disputes.rules.course import Action, State, after_resting, decision_from
from hansa.disputes.rules.terms import LONGEST_TEXT, MOST_PIECES, kind_of_file, problems_of_text
from hansa.kernel.problem import Problem
from hansa.kit.failures import Unprocessable
from hansa.kit.scope import current_scope
from hansa.kit.uploads import shown_name, store

LOOKED_AT = 4_096  # bytes of a file by which its kind is told


@transaction.atomic
def add_evidence(
    *, case: Case, text: str, at: datetime, file_name: str = "", chunks: Iterable[bytes] | None = None
) -> Evidence:
    """Show something for the acting organization's side: a text, and a file if there is one. Both sides read it.

    A file is told by its content (PDF, PNG, JPEG, an Office document or text), never by its name.
    """
    current_scope().require("disputes.file")
    found = locked(case, at=at)
    side = acting_side(found)
    require_fit(Action.SHOW, found, at=at, side=side)
    problems = problems_of_text("text", text.strip(), longest=LONGEST_TEXT, needed="what this shows")
    if Evidence.objects.filter(case=found, side=side.value).count() >= MOST_PIECES:
        problems.append(Problem("", 0, "text", f"at most {MOST_PIECES} pieces from one side"))
    if problems:
        raise Unprocessable("The evidence cannot be taken like this.", problems=problems)
    evidence = Evidence(
        case=found, side=side.value, by_id=current_scope().person_id, text=text.strip(), submitted_at=at
    )
    if chunks is not None:
        evidence.stored_as, evidence.sha256, evidence.bytes = store(_looked_at(chunks, file_name), folder="evidence")
        evidence.file_name = shown_name(file_name)
    try:
        evidence.save(force_insert=True)
        note("disputes.case.evidence", found, at=at, facts={"side": side.value, "sha256": evidence.sha256})
    except BaseException:
        if evidence.stored_as:
            (settings.FILES_ROOT / evidence.stored_as).unlink(missing_ok=True)
        raise
    return evidence


@transaction.atomic
def rest_case(*, case: Case, at: datetime) -> Case:
    """Say for the acting organization's side that it has shown everything; once both have, the case is decided.

    The adjudicator's days then begin at once.
    """
    current_scope().require("disputes.file")
    found = locked(case, at=at)
    side = acting_side(found)
    require_fit(Action.REST, found, at=at, side=side)
    Rest(case=found, side=side.value, by_id=current_scope().person_id, at=at).save(force_insert=True)
    note("disputes.case.rested", found, at=at, facts={"side": side.value})
    if after_resting(State(found.state), rested_by(found)) == State.DECIDING:
        move(found, State.DECIDING, evidence_until=at, decision_until=decision_from(at, rules_of(found)))
        note("disputes.case.evidence_closed", found, at=at, facts={"until": at.astimezone(UTC).isoformat()})
    return found


def _looked_at(chunks: Iterable[bytes], file_name: str) -> Iterator[bytes]:
    """The same bytes, once the first of them have told what they are."""
    rest, head = iter(chunks), b""
    while len(head) < LOOKED_AT and (chunk := next(rest, b"")):
        head += chunk
    if not kind_of_file(head[:LOOKED_AT]):
        expected = "a PDF, a picture (PNG, JPEG), an Office document or a text"
        raise Unprocessable(
            "This file cannot be evidence.", problems=[Problem(shown_name(file_name), 0, "file", expected)]
        )
    return chain([head], rest)
