"""The request's transaction and scope, headers, and failures as answers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hansa.kit.failures import Failure, NotFound
from hansa.kit.idempotency import answer_once
from hansa.kit.scope import acting
from hansa.site import principal

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_PATHS = ("/healthz", "/readyz", "/static/")
logger = logging.getLogger(__name__)


def hygiene(get_response: Handler) -> Handler:
    """No shared caching of anything but static files."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return handle


class acting_for_request:  # noqa: N801 - a middleware reads as a function in the settings
    """One transaction and one scope around each view; an answer of 400 or more leaves nothing behind.

    But for a refusal that says that something follows from it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_PATHS):
            return self.get_response(request)
        try:
            scope = principal.scope_of(request)
        except Failure as failure:
            return answer_failure(request, failure)
        request.scope = scope  # type: ignore[attr-defined]
        with acting(scope):
            try:
                response = answer_once(request, lambda: self.get_response(request))
            except Failure as failure:
                response = answer_failure(request, failure)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            if response.status_code == 405 and request.method == "GET" and not request.path.startswith("/api/"):
                response = _not_to_be_opened(request, response)
            if response.status_code >= 400 and not getattr(response, "leaves_something", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A named failure becomes its answer; everything else is an unexpected error."""
        return answer_failure(request, exception) if isinstance(exception, Failure) else None


class OnlyFromForms(Failure):
    """The address of a form's target was opened like a page."""

    status = 405
    title = "This address cannot be opened"


def _not_to_be_opened(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    shown = answer_failure(request, OnlyFromForms("It takes what a form sends. Go back to the page that has the form."))
    shown.headers["Allow"] = response.headers.get("Allow", "")
    return shown


def answer_failure(request: HttpRequest, failure: Failure) -> HttpResponse:
    """The failure as problem+json for programs and as a page for people."""
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse(
            failure.as_problem(), status=failure.status, content_type="application/problem+json"
        )
    else:
        shown = failure if not isinstance(failure, NotFound) else NotFound()
        answer = render(request, "site/failure.html", {"failure": shown}, status=failure.status)
    answer.leaves_something = failure.leaves_something  # type: ignore[attr-defined]  # read by acting_for_request
    return answer
