"""`python -m hansa.site.checks`: what is misconfigured in this installation. Called by `hansa check`."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator

import django

LOCAL = ("127.0.0.1", "::1", "localhost")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE)


def main() -> int:
    """Print each fault as a sentence that says what to do; 1 if there is any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")
    django.setup()
    faults = list(all_faults())
    for fault in faults:
        print(f"✗ {fault}")
    if not faults:
        print("Nothing is misconfigured.")
    return 1 if faults else 0


def all_faults() -> Iterator[str]:
    """Every fault found, in words."""
    from hansa.site.health import database_faults, file_store_faults

    broken = database_faults()
    yield from broken
    yield from file_store_faults()
    if not broken:
        yield from role_faults()
        yield from wall_faults()
    yield from secret_faults()
    yield from public_faults()
    yield from mail_faults()


def role_faults() -> Iterator[str]:
    """The app's role must not be able to pass the second wall."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        name, is_super, bypasses = cursor.fetchone()
        if is_super or bypasses:
            yield f"The role {name} passes row-level security: connect the app as a role without SUPERUSER and BYPASSRLS."
        cursor.execute("select count(*) from pg_tables where schemaname = 'public' and tableowner = current_user")
        if cursor.fetchone()[0]:
            yield f"The role {name} owns tables: give them to the owner's role and run `hansa migrate` as that one."


def wall_faults() -> Iterator[str]:
    """Every scoped table must have its wall up."""
    from django.apps import apps
    from django.db import connection

    from hansa.kit.scope import Scoped

    tables = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, Scoped))
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relname = any(%s) and not relrowsecurity", [tables])
        for (table,) in cursor.fetchall():
            yield f"Row-level security is off on {table}: run `hansa migrate`."


def secret_faults() -> Iterator[str]:
    """Secrets kept in files must be readable by the owner alone."""
    from hansa.kit import config

    folder = config.home() / "secrets"
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"Others may read {path}: chmod 600 it."


def public_faults() -> Iterator[str]:
    """An installation that others reach needs HTTPS, its own name and a way to send mail."""
    from django.conf import settings

    from hansa.kit import config

    if settings.DEBUG:
        yield "HANSA_DEBUG is on: tracebacks are shown to everybody."
    local = {"localhost", "127.0.0.1", "[::1]"} >= set(settings.ALLOWED_HOSTS)
    if not local and not settings.SECURE:
        yield "HANSA_HOSTS names public hosts, but HANSA_SECURE is not 1: cookies would travel without HTTPS."
    if not local and settings.BASE_URL.startswith("http://"):
        yield "HANSA_BASE_URL should begin with https://: mails and receipts point to it."
    if not local and not config.read("HANSA_EMAIL_URL"):
        yield "HANSA_EMAIL_URL is not set: invitations are written to files instead of being sent."


def mail_faults() -> Iterator[str]:
    """Where deals are registered by mail: a domain, a door that only this machine's mail server reaches, a way to answer."""
    from hansa.kit import config

    domain = config.read("HANSA_MAIL_DOMAIN").strip()
    try:
        host, _port = config.mail_listen()
    except ValueError as wrong:
        yield str(wrong)
        host = LOCAL[0]
    if host not in LOCAL:
        yield f"HANSA_MAIL_LISTEN opens {host}: `hansa mail` speaks neither TLS nor filters, put a mail server in front of it."
    if domain and not DOMAIN.fullmatch(domain):
        yield "HANSA_MAIL_DOMAIN is no domain: write it as in deals.example.com."
    if domain and not config.read("HANSA_EMAIL_URL"):
        yield "HANSA_MAIL_DOMAIN is set, but not HANSA_EMAIL_URL: answers to mails are written to files instead of being sent."


if __name__ == "__main__":
    sys.exit(main())
