"""`hansa mail`: takes the mails by which invited people register deals. Off until somebody starts it."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import typer
from aiosmtpd.smtp import SMTP, Envelope, Session

AT_ONCE = 4  # mails; each may hold the network's lock
MOST_CONNECTIONS = 50
PATIENCE = 60.0  # seconds that a silent connection is kept
TAKEN, LATER = "250 2.0.0 Taken", "451 4.3.0 Not possible at present, try again later"
NOT_OURS, ONE_BY_ONE = "550 5.7.1 No mail is taken for this address", "452 4.5.3 One address at a time"
Take = Callable[[str, str, bytes], None]
log = logging.getLogger(__name__)


class Desk:
    """What is said over SMTP: mail for our own addresses is taken, one by one, in the same words whatever it is."""

    def __init__(self, *, is_ours: Callable[[str], bool], take: Take) -> None:
        self.is_ours, self.take = is_ours, take
        self.hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail")

    async def handle_RCPT(  # noqa: N802 - the library calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address of ours, one a mail; relay nothing."""
        if not self.is_ours(address):
            return NOT_OURS
        if envelope.rcpt_tos:
            return ONE_BY_ONE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Say that a mail is taken once it has been dealt with; what fails here is the sender's to try again."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.hands, self.take, envelope.rcpt_tos[0], envelope.mail_from or "", raw)
        except Exception:
            log.exception("a mail could not be taken")
            return LATER
        return TAKEN


async def listen(desk: Desk, *, host: str, port: int) -> asyncio.Server:
    """Open the door; the size of a mail is counted while it comes in."""
    from hansa.deals.rules.mail_message import LARGEST

    loop, open_now = asyncio.get_running_loop(), [0]

    class Door(SMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            open_now[0] += 1
            super().connection_made(transport)
            if open_now[0] > MOST_CONNECTIONS:
                transport.close()

        def connection_lost(self, error: Exception | None) -> None:
            open_now[0] -= 1
            super().connection_lost(error)

    def door() -> SMTP:
        return Door(desk, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Hansa", timeout=PATIENCE, loop=loop)

    return await loop.create_server(door, host, port)


def take_one(recipient: str, returns_to: str, raw: bytes) -> None:
    """Hand a mail to the operation, on a connection of this thread's own."""
    from django.db import close_old_connections, connection
    from django.utils import timezone

    from hansa.deals.operations import receive_mail

    close_old_connections()
    try:
        receive_mail(recipient=recipient, returns_to=returns_to, raw=raw, at=timezone.now())
    finally:
        connection.close()


def mail() -> None:
    """Take the mails by which invited people register deals (HANSA_MAIL_DOMAIN, HANSA_MAIL_LISTEN)."""
    from hansa.cli.server import database, django_ready
    from hansa.kit import config

    try:
        host, port = config.mail_listen()
    except ValueError as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from wrong
    if not config.read("HANSA_MAIL_DOMAIN"):
        typer.echo("HANSA_MAIL_DOMAIN is not set: no mail is taken.", err=True)
        raise typer.Exit(2)
    with database():
        django_ready()
        asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    from hansa.deals.operations import token_of

    desk = Desk(is_ours=lambda address: bool(token_of(address)), take=take_one)
    server = await listen(desk, host=host, port=port)
    typer.echo(f"Mail is taken at {host}:{port}.")
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
    server.close()
    desk.hands.shutdown(wait=True)  # a mail that is being taken is ended before the database is
