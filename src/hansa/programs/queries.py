from __future__ import annotations

import difflib
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from hansa.kernel.problem import Problem, Refused
from hansa.kit.failures import NotFound
from hansa.programs import document
from hansa.programs.models import Draft, Program, ProgramVersion


def programs_of(network_id: UUID) -> QuerySet[Program]:
    """A network's programs by name."""
    return Program.objects.filter(network_id=network_id).order_by("name")


def program_by_code(code: str) -> Program:
    """A program that the scope may see; NotFound otherwise."""
    found: Program | None = Program.objects.filter(code=code).select_related("network").first()
    if found is None:
        raise NotFound()
    return found


def version_by_code(code: str) -> ProgramVersion:
    """A published version that the scope may see; NotFound otherwise."""
    found: ProgramVersion | None = (
        ProgramVersion.objects.filter(code=code).select_related("program", "network", "published_by").first()
    )
    if found is None:
        raise NotFound()
    return found


def draft_of(program: Program) -> Draft:
    """The draft, for those who run the network; NotFound otherwise."""
    found: Draft | None = Draft.objects.filter(program=program).select_related("updated_by").first()
    if found is None:
        raise NotFound()
    return found


def versions_of(program: Program) -> QuerySet[ProgramVersion]:
    """Published versions, the newest first."""
    return (
        ProgramVersion.objects.filter(program=program).select_related("published_by").order_by("-published_at", "-id")
    )


def version_in_force(network_id: UUID, day: date) -> ProgramVersion | None:
    """The version that a day is settled under: the one published last among those effective that day."""
    rows = ProgramVersion.objects.filter(network_id=network_id, effective_from__lte=day, effective_until__gt=day)
    found: ProgramVersion | None = rows.select_related("program").order_by("-published_at", "-id").first()
    return found


def problems_in(text: str) -> list[Problem]:
    """Everything wrong with a draft's text, for the editor; an empty list means that it could be published."""
    try:
        document.parse(text)
    except Refused as refused:
        return list(refused.problems)
    return []


def diff_lines(before: str, after: str, *, context: int = 3) -> list[str]:
    """A unified diff of two documents, without its two head lines."""
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=context))[2:]
