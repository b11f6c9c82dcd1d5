"""Servers under load: starts them and what belongs to a run, measures what each part used."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
from django.db import connection

from billing_site.environment import PROJECT
from tests.benchmarks.generator import Load, as_json
from tests.benchmarks.processor import own_seconds_of
from tests.platform.processes import url_of_the_test_database, wait_until
from tests.platform.test_serve import free_port

WORKERS = 2
ROLLER = "benchmark roller"


@dataclass(frozen=True)
class Server:
    port: int
    pid: int


@dataclass(frozen=True)
class Outcome:
    """Of one run. Seconds of processor time: of the server, of PostgreSQL for it, of the roller with its share."""

    events: int
    hundredths: int
    statuses: dict[str, int]
    seconds: float
    drained_seconds: float
    p50: float
    p99: float
    server: float
    database: float
    roller: float
    generator: float


@contextmanager
def serving(*command: str, port: int | None = None) -> Iterator[Server]:
    """A server started by ``command``, in which ``{port}`` stands for its port."""
    port = port or free_port()
    with running(*(part.format(port=port) for part in command)) as process:
        wait_until(lambda: _answers(port))
        yield Server(port, process.pid)


@contextmanager
def ours() -> Iterator[Server]:
    with serving("manage.py", "serve", "--port", "{port}", "--workers", str(WORKERS)) as server:
        yield server


@contextmanager
def naive() -> Iterator[Server]:
    program = ("-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", "4", "--no-log")
    with serving(*program, "--port", "{port}", "tests.benchmarks.naive_ingest:application") as server:
        yield server


def run(server: Server, load: Load, *, with_roller: bool) -> Outcome:
    """One load, from its first request until the last is answered and, with a roller, all of it is in the buckets."""
    with ExitStack() as stack:
        roller = stack.enter_context(running("-m", "tests.benchmarks.roller", name=ROLLER)) if with_roller else None
        if roller:
            _line(roller)
        generator = stack.enter_context(running("-m", "tests.benchmarks.generator"))
        _say(generator, as_json(load))
        assert _line(generator) == "ready\n"
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        backends = _backends()
        before, begin = _used(server, roller, backends), time.perf_counter()
        _say(generator, "go")
        seen = json.loads(_line(generator))
        # Before the roller ends and its connection with it.
        backends |= _backends()
        wait_until(lambda: roller is None or not _is_pending(), seconds=120)
        drained = time.perf_counter() - begin
        used = _since(before, _used(server, roller, backends))
        if roller:
            roller.terminate()
    cpu = {"server": used["server"], "database": used["database"], "roller": used["roller"]}
    return Outcome(drained_seconds=drained, generator=seen.pop("cpu_seconds"), **cpu, **seen)


def _used(server: Server, roller: Any, backends: dict[int, str]) -> dict[str, dict[int, float]]:
    """By part and process."""
    family = [server.pid, *(child.pid for child in psutil.Process(server.pid).children(recursive=True))]
    own = [pid for pid, name in backends.items() if name != ROLLER]
    rolling = [pid for pid, name in backends.items() if name == ROLLER]
    rolling += [roller.pid] if roller else []
    parts = {"server": family, "database": own, "roller": rolling}
    return {part: {pid: own_seconds_of(pid) for pid in pids} for part, pids in parts.items()}


def _since(before: dict[str, dict[int, float]], after: dict[str, dict[int, float]]) -> dict[str, float]:
    """What a connection that ended meanwhile had used is not known: it counts nothing, rather than less."""
    return {
        part: sum(max(seconds - before[part].get(pid, 0.0), 0.0) for pid, seconds in used.items())
        for part, used in after.items()
    }


def _backends() -> dict[int, str]:
    """The connections to this database by process, and what else of PostgreSQL writes for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, application_name FROM pg_stat_activity"
            " WHERE datname = current_database() OR backend_type IN ('walwriter', 'checkpointer', 'background writer')"
        )
        return dict(cursor.fetchall())


def _is_pending() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM usage_flush WHERE epoch IS NULL)")
        (found,) = cursor.fetchone()
    return bool(found)


@contextmanager
def running(*arguments: str, name: str = "benchmark") -> Iterator["subprocess.Popen[str]"]:
    """A Python process on the benchmark's database; gone at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": url_of_the_test_database(),
        "BILLING_LOG_LEVEL": "WARNING",
        "PGAPPNAME": name,
    }
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _say(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
