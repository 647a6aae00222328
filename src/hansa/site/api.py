"""The API: every module's router under /api/v1, described by OpenAPI 3.1 at /api/v1/openapi.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from hansa.kernel.problem import Problem
from hansa.kit.api import signed_in
from hansa.kit.failures import Failure, NotFound, Unprocessable
from hansa.site.principal import NotSignedIn

MODULES = (
    *("organizations", "networks", "catalog", "programs", "ledger"),
    *("disputes", "customers", "deals", "sales", "incentives", "activity"),
)


class StrictJson(Parser):
    """JSON as it may be stored: PostgreSQL takes neither halves of characters nor NUL in a text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python values; 400 where it is not JSON or nests too deep."""
        try:
            found = json.loads(request.body)
            json.dumps(found, ensure_ascii=False).encode()
            if b"\\u0000" in request.body:
                raise ValueError
        except (ValueError, RecursionError) as error:
            raise HttpError(400, "The body is not JSON that can be kept.") from error
        return found


api = NinjaAPI(
    parser=StrictJson(),
    title="Hansa",
    version="1",
    description="Everything that the screens do. Amounts are integer minor units with their currency; days are ISO dates;"
    " moments are UTC. Errors are RFC 9457 problem documents. Writes take an `Idempotency-Key`.",
    auth=signed_in,
    docs_url="/docs",
    openapi_url="/openapi.json",
)
for module in MODULES:
    if find_spec(f"hansa.{module}.api"):
        api.add_router("", import_module(f"hansa.{module}.api").router)


def _answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    response = api.create_response(request, failure.as_problem(), status=failure.status)
    response.headers["Content-Type"] = "application/problem+json"
    response.leaves_something = failure.leaves_something  # type: ignore[attr-defined]  # read by acting_for_request
    return response


def _handler(translate: Callable[[Any], Failure]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: _answer(request, translate(error))


def _of_validation(error: ValidationError) -> Failure:
    problems = [
        Problem("", 0, ".".join(str(part) for part in found["loc"][1:] or found["loc"]), str(found["msg"]))
        for found in error.errors
    ]
    return Unprocessable("The request does not have the expected form.", problems=problems)


def _of_http(error: HttpError) -> Failure:
    failure = Failure(str(error))
    failure.status = error.status_code
    return failure


api.exception_handler(Failure)(_handler(lambda failure: failure))
api.exception_handler(ValidationError)(_handler(_of_validation))
api.exception_handler(Http404)(_handler(lambda error: NotFound()))
api.exception_handler(HttpError)(_handler(_of_http))
api.exception_handler(AuthenticationError)(
    _handler(lambda error: NotSignedIn("Sign in, or send `Authorization: Bearer` with an API token."))
)
