"""A browser, a server on a copy of the story world, and a worker for its jobs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.desk import Desk
    from tests.world.story import World

CHROMIUM = Path(os.environ.get("HANSA_CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all journeys; its event loop runs in this thread, so Django must be told to bear it."""
    if not CHROMIUM.exists():
        pytest.skip(f"NO JOURNEY WAS TRIED: there is no Chromium at {CHROMIUM}; install it or set HANSA_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api", reason="NO JOURNEY WAS TRIED: playwright is not installed")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def desk(chromium: Browser, committed_world: World, settings: Any) -> Iterator[Desk]:
    """Where people sit down: `desk.sign_in("delta.owner")` gives their page, `desk.work()` does the queued jobs."""
    from django.contrib.staticfiles.finders import find
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    from tests.journeys.desk import Desk

    assert find("dist/app.js"), "the browser's files are missing: run ./dev.py assets"
    server = LiveServerThread("127.0.0.1", static_handler=StaticFilesHandler, connections_override={}, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    desk = Desk(committed_world, f"http://127.0.0.1:{server.port}", chromium)
    yield desk
    desk.leave()
    server.terminate()
