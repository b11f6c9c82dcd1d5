"""Commands of the project as real processes, on the database of the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

from billing_site.environment import PROJECT


@contextmanager
def running(*arguments: str, environment: dict[str, str] | None = None) -> Iterator["subprocess.Popen[str]"]:
    """``manage.py`` with these arguments in a process group of its own; gone at the end."""
    environment = environment or {**_environment(), "DATABASE_URL": url_of_the_test_database()}
    command = [sys.executable, "manage.py", *arguments]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        family = [psutil.Process(process.pid)]
        try:
            yield process
        finally:
            if process.poll() is None:
                family += family[0].children(recursive=True)
            for member in family:
                if member.is_running():
                    member.kill()


def environment_of(home: Path) -> dict[str, str]:
    """For a command on the embedded database of ``home``."""
    return {**_environment(), "BILLING_HOME": str(home)}


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "BILLING_LOG_LEVEL": "WARNING"}


def url_of_the_test_database() -> str:
    parts = connection.settings_dict
    account = f"{parts['USER']}:{parts['PASSWORD']}" if parts["PASSWORD"] else parts["USER"]
    return f"postgres://{account}@{quote(parts['HOST'], safe='')}:{parts['PORT']}/{parts['NAME']}"


def wait_until(question: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, f"not within {seconds} s: {question}"
        time.sleep(0.1)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
