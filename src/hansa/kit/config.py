"""What the environment says. Each setting of an installation is read here and nowhere else."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

DATABASE = "hansa"
OWNER_ROLE = "hansa_owner"
APP_ROLE = "hansa_app"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, what it is for, and what holds when it is absent."""

    name: str
    purpose: str
    default: str = ""


SETTINGS = (
    Setting("HANSA_HOME", "Folder of this installation: database, files, secrets.", "var"),
    Setting("DATABASE_URL", "PostgreSQL for the app's role; without it the embedded PostgreSQL in HANSA_HOME is used."),
    Setting("DATABASE_OWNER_URL", "PostgreSQL for the owner's role, used by `hansa migrate` alone."),
    Setting("HANSA_SECRET_KEY", "Signs sessions and links; without it one is made and kept in HANSA_HOME/secrets."),
    Setting("HANSA_MASTER_KEY", "Encrypts the networks' signing keys; without it one is kept in HANSA_HOME/secrets."),
    Setting("HANSA_HOSTS", "Host names served, separated by commas.", "localhost,127.0.0.1,[::1]"),
    Setting("HANSA_BASE_URL", "Address that mails and receipts point to.", "http://localhost:8000"),
    Setting("HANSA_SECURE", "`1` behind HTTPS: secure cookies, HSTS.", ""),
    Setting("HANSA_PROXIES", "How many trusted proxies stand in front (for login limits per address).", "0"),
    Setting("HANSA_DEBUG", "`1` shows tracebacks. Never in production.", ""),
    Setting(
        "HANSA_EMAIL_URL",
        "`smtp+starttls://user:password@host:port`; else mails go to HANSA_HOME/mail.",
        "",
    ),
    Setting("HANSA_MAIL_FROM", "Sender of mails.", "Hansa <hansa@localhost>"),
    Setting("HANSA_MAIL_DOMAIN", "Domain of the addresses that deals are registered by; empty: no mail is taken.", ""),
    Setting("HANSA_MAIL_LISTEN", "Address and port that `hansa mail` listens on.", "127.0.0.1:8025"),
    Setting("HANSA_OIDC_ISSUER", "OpenID Connect issuer; with client id and secret it adds single sign-on.", ""),
    Setting("HANSA_OIDC_CLIENT_ID", "OpenID Connect client id.", ""),
    Setting("HANSA_OIDC_CLIENT_SECRET", "OpenID Connect client secret.", ""),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def read(name: str) -> str:
    """The value of a declared setting, or its default."""
    return os.environ.get(name) or BY_NAME[name].default


def home() -> Path:
    """The installation's folder, absolute."""
    return Path(read("HANSA_HOME")).absolute()


def secret(name: str, file_name: str) -> str:
    """A secret from the environment, or one made at first use and kept readable by the owner alone."""
    if value := read(name):
        return value
    path = home() / "secrets" / file_name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def mail_listen() -> tuple[str, int]:
    """Where `hansa mail` listens: host and port. Raises ValueError for anything else, in words."""
    host, _, port = read("HANSA_MAIL_LISTEN").rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise ValueError("HANSA_MAIL_LISTEN must be an address and a port, such as 127.0.0.1:8025.")
    return host.strip("[]"), int(port)


def is_embedded() -> bool:
    """Whether this installation uses the PostgreSQL that comes with it."""
    return not read("DATABASE_URL")


def database(*, role: str | None = None) -> dict[str, object]:
    """Django's connection settings for the app's role, or for the owner's (`HANSA_DB_ROLE=owner`)."""
    wanted = role or os.environ.get("HANSA_DB_ROLE", "app")
    if is_embedded():
        from hansa.kit.postgres import Cluster

        user = OWNER_ROLE if wanted == "owner" else APP_ROLE
        return _connection(name=DATABASE, user=user, host=str(Cluster(home() / "postgres").socket_folder))
    return from_url(read("DATABASE_OWNER_URL" if wanted == "owner" else "DATABASE_URL"))


def from_url(url: str) -> dict[str, object]:
    """Django's connection settings for a `postgresql://` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    return _connection(
        name=unquote(parts.path.lstrip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", parts.hostname or ""),
        port=str(parts.port or ""),
        options=options,
    )


def _connection(
    *, name: str, user: str, host: str, password: str = "", port: str = "", options: dict[str, str] | None = None
) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "OPTIONS": {**(options or {})},
    }
