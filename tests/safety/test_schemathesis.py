"""The API asked with whatever its own document allows, and a little more: never a server error, never an odd refusal."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from django.test import Client

from tests.safety.principals import client_of, principal
from tests.world.story import World

schemathesis = pytest.importorskip("schemathesis")

CASES = int(os.environ.get("HANSA_CASES", "150" if os.environ.get("HANSA_FULL") else "2"))
WHO = ("token aurora.all", "token fir.all")


def operations() -> list[Any]:
    from hansa.site.api import api

    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    schema = schemathesis.openapi.from_dict(document)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.full
@pytest.mark.parametrize("who", WHO)
def test_no_server_error_whatever_is_sent(who: str, world: World) -> None:
    """A few cases of each operation; the number is stated by HANSA_CASES (two; 150 under `--full`)."""
    client, wrong, asked = client_of(world, principal(who)), [], 0
    for operation in operations():
        for case in cases_of(operation, world):
            status, kind, body = send(client, case)
            asked += 1
            if status >= 500:
                wrong.append(f"{status} {case.as_curl_command()}")
            if status >= 400 and not kind.startswith("application/problem+json"):
                wrong.append(f"{status} as {kind}: {case.as_curl_command()} {body[:80]!r}")
    assert asked >= CASES * 60
    assert not wrong, "\n".join(wrong[:20])


def cases_of(operation: Any, world: World) -> list[Any]:
    """Cases of one operation; in every other, the address names something that exists."""
    from hypothesis import HealthCheck, Phase, given, settings

    found: list[Any] = []
    known = {"slug": "aurora-channel", "code": world.memberships["aurora-channel", "fir"].code}

    @settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        if len(found) % 2 == 0:
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        found.append(case)

    collect()
    return found


def send(client: Client, case: Any) -> tuple[int, str, bytes]:
    """One case, through Django's own client."""
    sent = case.as_transport_kwargs(base_url="http://localhost")
    headers = {
        name: value
        for name, value in (sent.get("headers") or {}).items()
        if name.lower() not in {"authorization", "host", "content-length"} and value.isprintable()
    }
    content, kind = body_of(sent, headers)
    path = case.formatted_path if case.formatted_path.startswith("/") else f"/{case.formatted_path}"
    answer = client.generic(
        case.method, path, content, content_type=kind, query_params=sent.get("params") or {}, headers=headers
    )
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, answer.headers.get("Content-Type", ""), body


def body_of(sent: dict[str, Any], headers: dict[str, str]) -> tuple[bytes, str]:
    """Body and content type of a case."""
    kind = next((headers.pop(name) for name in list(headers) if name.lower() == "content-type"), "application/json")
    if "json" in sent:
        return json.dumps(sent["json"]).encode(), "application/json"
    if "files" in sent:
        from requests import Request

        prepared = Request("POST", "http://localhost/", files=sent["files"], data=sent.get("data")).prepare()
        return prepared.body or b"", str(prepared.headers.get("Content-Type", kind))
    content = sent.get("data") or b""
    return (content if isinstance(content, bytes) else str(content).encode()), kind
