"""A web server to talk to: the one that runs, or one of our own for the time being."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.core.management.base import CommandError

from billing_site.environment import PROJECT

START_SECONDS = 60
STOP_SECONDS = 20
LOOK_EVERY_SECONDS = 0.2


@contextmanager
def serving(api_key: str, running: str) -> Iterator[str]:
    """The base URL of a server that knows ``api_key``: ``running`` if it does, else one started on a free port."""
    if _knows(running, api_key):
        yield running
        return
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "serve", "--port", str(port), "--workers", "1"],
        env={**os.environ, "BILLING_LOG_LEVEL": "WARNING"},
        start_new_session=True,
    )
    try:
        yield _once_it_answers(process, f"http://127.0.0.1:{port}", api_key)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _once_it_answers(process: "subprocess.Popen[bytes]", url: str, api_key: str) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if _knows(url, api_key):
            return url
        time.sleep(LOOK_EVERY_SECONDS)
    raise CommandError("The web server for the demo did not start; the reason is above.")


def _knows(url: str, api_key: str) -> bool:
    """A server of another database answers 401."""
    try:
        answer = httpx.get(f"{url}/api/v1/organizations", headers={"Authorization": f"Bearer {api_key}"}, timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
