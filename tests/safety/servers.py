"""The product as it really runs, on loopback: a web server and a worker as processes of their own, which can be killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

HOST = "127.0.0.1"


@dataclass
class Installation:
    """A database that the test made and a folder of files, served and worked on by processes that come and go."""

    home: Path
    database: str
    socket_folder: str
    port: int = 0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told."""
        from hansa.kit import config

        address = f"/{self.database}?host={quote(self.socket_folder)}"
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("HANSA_")},
            "HANSA_HOME": str(self.home),
            "DATABASE_URL": f"postgresql://{config.APP_ROLE}@{address}",
            "DATABASE_OWNER_URL": f"postgresql://{config.OWNER_ROLE}@{address}",
            "DJANGO_SETTINGS_MODULE": "hansa.site.settings",
            "HANSA_BASE_URL": f"http://localhost:{self.port}",
        }

    def start(self, name: str) -> None:
        """Start the `web` server or the `worker`; the server answers when this returns."""
        from hansa.cli import server

        command = server.web_command(HOST, self.port, 1) if name == "web" else server.worker_command(1)
        log = (self.home / f"{name}.log").open("ab")
        told = {"HANSA_SERVING": "1"} if name == "web" else {}
        self.running[name] = subprocess.Popen(
            command, env={**self.environment, **told}, stdout=log, stderr=log, start_new_session=True
        )
        if name == "web":
            wait_for(lambda: self.get("/healthz")[0] == 200, 60)

    def kill(self, name: str) -> None:
        """`kill -9` of the process and its children."""
        child = self.running.pop(name, None)
        if child is not None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def stop(self) -> None:
        """End everything that was started."""
        for name in list(self.running):
            self.kill(name)

    def get(self, path: str, *, token: str = "") -> tuple[int, dict[str, Any], Mapping[str, str]]:
        """One GET; status 0 where nobody answers."""
        return self.send("GET", path, token=token)

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        key: str = "",
        body: bytes = b"",
        kind: str = "application/json",
    ) -> tuple[int, dict[str, Any], Mapping[str, str]]:
        """One request: status, JSON and headers; status 0 where nobody answers or the connection dies."""
        headers = {"Content-Type": kind, "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        request = Request(f"http://{HOST}:{self.port}{path}", data=body or None, headers=headers, method=method)
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, _json(answer.read()), dict(answer.headers)
        except HTTPError as refusal:
            return refusal.code, _json(refusal.read()), dict(refusal.headers)
        except (URLError, OSError):
            return 0, {}, {}


def installation(home: Path, database: str, socket_folder: str, secrets: Path) -> Installation:
    """An installation on a free port, with the secrets under which the world was made."""
    shutil.copytree(secrets, home / "secrets", dirs_exist_ok=True)
    (home / "static").mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    return Installation(home, database, socket_folder, port)


def multipart(fields: Mapping[str, str], file_name: str, content: bytes) -> tuple[bytes, str]:
    """A form with one file, and its content type."""
    edge = "x-edge-of-the-form-x"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'
    return b"".join(
        [*parts, head.encode(), content, f"\r\n--{edge}--\r\n".encode()]
    ), f"multipart/form-data; boundary={edge}"


def wait_for(holds: Callable[[], bool], patience: float) -> bool:
    """Whether something came to hold within so many seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
