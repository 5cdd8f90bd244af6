"""A real server and a real Chromium.

The server runs in a thread of the test, on a SQLite file; the test's own session sees what the server commits.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app.extensions import db
from app.factory import create_app
from app.people.models import Person
from tests.conftest import make_config
from tests.signing_in import sign_in

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--lang=en-US",  # in which order the keyboard writes a date, whatever the machine speaks
]
AT_ONCE = 0.01
"""Seconds after which a server's thread sees that it is to end; by itself it looks twice a second."""
PATIENCE = 60_000
"""Milliseconds within which whatever a test waits for must have happened: a machine may be many times slower than ours."""


@dataclass(frozen=True)
class Site:
    """The application as a browser reaches it."""

    app: Flask
    url: str


@pytest.fixture
def site(_sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """The application behind a server of its own, with an empty database and nothing switched off."""
    path = tmp_path / "test.sqlite3"
    shutil.copy(_sqlite_template, path)
    app = create_app(make_config(f"sqlite:///{path}", tmp_path))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(AT_ONCE,), daemon=True)
    thread.start()
    with app.app_context():
        yield Site(app, f"http://127.0.0.1:{server.server_port}")
        db.session.remove()
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; without one the test is skipped, on the CI machine it fails."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Open a device of its own, which is waited for patiently."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page_of(site: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return an open window: ``page_of(person, width=360, height=740, language="ko-KR", **options of the context)``."""
    contexts: list[BrowserContext] = []

    def make(
        person: Person | None = None, *, width: int = 360, height: int = 740, language: str = "ko-KR", **options: object
    ) -> Page:
        context = new_context(
            chromium, base_url=site.url, viewport={"width": width, "height": height}, locale=language, **options
        )
        contexts.append(context)
        if person is not None:
            client = site.app.test_client()
            sign_in(site.app, client, person)
            cookie = client.get_cookie("madang")
            assert cookie is not None
            context.add_cookies([{"name": "madang", "value": cookie.value, "url": site.url, "httpOnly": True}])
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
