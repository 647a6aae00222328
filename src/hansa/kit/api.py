"""What every API router shares: who may call, how refusals look."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Schema
from ninja.utils import check_csrf

from hansa.kit.failures import NotAllowed
from hansa.kit.scope import Scope, current_scope


class ProblemItem(Schema):
    """One thing wrong: where, and what was expected there."""

    file: str
    row: int
    column: str
    expected: str


class ProblemDocument(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[ProblemItem] = []
    problem_count: int = 0


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), ProblemDocument)


def signed_in(request: HttpRequest) -> Scope | None:
    """Ninja's authentication: the request's scope; None (401) for nobody. Sessions must carry the CSRF token."""
    scope = current_scope()
    if scope.organization_id is None:
        return None
    by_session = not request.headers.get("Authorization") and request.method not in {"GET", "HEAD", "OPTIONS"}
    if by_session and check_csrf(request) is not None:
        raise NotAllowed("The CSRF token is missing; programs use an API token instead.")
    return scope
