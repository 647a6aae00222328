"""Somebody's place at work: signed-in pages, addresses of the story's networks, and the jobs done in between."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from procrastinate.contrib.django import app

from tests.world.story import PASSWORD, World

PATIENCE = 15_000
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Desk:
    """A server at `address` on the world, and a browser."""

    world: World
    address: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def sign_in(self, who: str, *, theme: str = "") -> Page:
        """The home page of a person such as `delta.owner`, in a browser of its own; a script's error ends the test."""
        page = self.stranger(theme=theme)
        page.goto("/")
        page.get_by_label("Email").fill(self.world.people[who].email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("heading", name="Home").wait_for()
        return page

    def open(self, who: str, path: str, *, theme: str = "") -> Page:
        """The same with a session at once, on any page: signing in by hand is a journey of its own."""
        client = Client()
        client.force_login(self.world.people[who])
        page = self.stranger(theme=theme)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.address}]
        )
        page.goto(path)
        return page

    def stranger(self, *, theme: str = "") -> Page:
        """A page in which nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.address, viewport=DESKTOP, locale="en-GB", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": self.address}])
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", _fail)
        return page

    def work(self) -> None:
        """Do what is queued, as `hansa worker` would; playwright's event loop has this thread, so in another."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_work_off).result()

    def leave(self) -> None:
        """Close every page."""
        for context in self.contexts:
            context.close()


def _work_off() -> None:
    asyncio.run(_forget_connections())
    try:
        worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    finally:
        asyncio.run(_forget_connections())


async def _forget_connections() -> None:
    """The worker's thread outlives this desk's database, and would keep talking to one that is gone."""
    await sync_to_async(connections.close_all)()


def _fail(error: object) -> None:
    raise AssertionError(f"a script failed: {error}")
