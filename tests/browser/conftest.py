"""A real browser in front of the real site. Skipped where Debian's Chromium is missing."""

import os
import shutil
import time
from collections.abc import Iterator
from threading import Lock
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from customers.models import Organization
from tests.support.builders import an_organization
from tests.support.clock import instant

# Nothing may be asked of the network but the site itself.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"
PATIENCE_SECONDS = 10


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    # Playwright keeps an event loop running in this thread, in which Django would refuse to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def organization(transactional_db: None) -> Organization:
    return an_organization(at=instant("2024-01-01"))


class Requests:
    """Those that the site is still answering."""

    def __init__(self) -> None:
        self._lock, self._open = Lock(), 0

    def began(self, **_: Any) -> None:
        with self._lock:
            self._open += 1

    def ended(self, **_: Any) -> None:
        with self._lock:
            self._open -= 1

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._open > 0 and time.monotonic() < deadline:
            time.sleep(0.02)


@pytest.fixture
def answered(live_server: LiveServer, transactional_db: None) -> Iterator[None]:
    """Nothing is emptied under a request: a page that is closed may have asked for its preview in that moment."""
    requests = Requests()
    request_started.connect(requests.began)
    request_finished.connect(requests.ended)
    yield
    requests.wait()
    request_started.disconnect(requests.began)
    request_finished.disconnect(requests.ended)


@pytest.fixture
def page(
    browser: Browser, live_server: LiveServer, answered: None, organization: Organization, settings: Settings
) -> Iterator[Page]:
    """Signed in as an operator; the test fails on any error that the page's scripts report."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser("olga", password=PASSWORD)
    context = browser.new_context(base_url=live_server.url, accept_downloads=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto("/admin/")
    opened.get_by_label("Username").fill("olga")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Sign in").click()
    opened.wait_for_url("**/admin/")
    yield opened
    context.close()
    assert errors == []
