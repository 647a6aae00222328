"""`Idempotency-Key`: the same key and request get the same answer, another request 422, one in flight 409."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from hansa.kit import vault
from hansa.kit.failures import Failure, NotPossibleNow, Unprocessable
from hansa.kit.models import KeptAnswer
from hansa.kit.scope import current_scope

HEADER = "Idempotency-Key"
LONGEST = 255
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class BadIdempotencyKey(Failure):
    """The key is empty, too long, or holds characters that are not printable ASCII."""

    title = "The Idempotency-Key cannot be used"


class StillInFlight(NotPossibleNow):
    """The first request with this key has not ended."""

    title = "The same request is still running"


def answer_once(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a request, or repeat the kept answer to its key. Call inside the request's transaction.

    A key belongs to who used it first: the same request of a colleague, or with another token, is another request.
    An answer of 400 or more is not kept: nothing was done.
    """
    key = request.headers.get(HEADER)
    organization_id = current_scope().organization_id
    if key is None or request.method not in UNSAFE or organization_id is None:
        return answer()
    if not key.strip() or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise BadIdempotencyKey(f"Send 1 to {LONGEST} printable ASCII characters.")
    _hold(f"{organization_id}:{key}")
    asked = _digest_of(request)
    kept = KeptAnswer.objects.filter(organization_id=organization_id, key=key).first()
    if kept is not None:
        return _repeat(kept, asked)
    response = answer()
    if response.status_code < 400:
        KeptAnswer(
            organization_id=organization_id,
            key=key,
            request_sha256=asked,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=vault.encrypt(response.content),  # an answer may hold a secret that is shown once
        ).save(force_insert=True)
    return response


def _digest_of(request: HttpRequest) -> str:
    """What was asked and by whom, as one SHA-256. Uploads are read from where they were put, never into memory as a whole."""
    who = f"{current_scope().person_id} {request.headers.get('Authorization', '')}"
    digest = hashlib.sha256(f"{who}\n{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _hold(name: str) -> None:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise StillInFlight("The first request with this key is still running. Ask again in a second.")


def _repeat(kept: KeptAnswer, asked: str) -> HttpResponse:
    if kept.request_sha256 != asked:
        raise Unprocessable("This Idempotency-Key was used for another request. Use a new key.")
    repeated = HttpResponse(vault.decrypt(bytes(kept.body)), status=kept.status, content_type=kept.content_type)
    repeated.headers["Idempotent-Replay"] = "true"
    return repeated
