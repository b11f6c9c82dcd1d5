"""Processor time and memory of processes: what work costs, whatever else the machine does."""

import statistics
from collections.abc import Callable
from typing import Any, NamedTuple

import psutil
from django.db import connection

MIB = 1024 * 1024
ROUNDS = 3


class Spent(NamedTuple):
    """Milliseconds of processor time for one piece of work."""

    python: float
    sql: float

    @property
    def milliseconds(self) -> float:
        return self.python + self.sql


def seconds_of(process: psutil.Process) -> float:
    """Of it and all that it has started, also of what has ended since."""
    try:
        times, children = process.cpu_times(), process.children()
    except psutil.NoSuchProcess:  # since its parent was asked for it, which counts it from now on
        return 0.0
    ended = times.children_user + times.children_system
    return times.user + times.system + ended + sum(map(seconds_of, children))


def own_seconds_of(pid: int) -> float:
    """Of this process alone; 0 once it has ended."""
    try:
        return sum(psutil.Process(pid).cpu_times()[:2])
    except psutil.NoSuchProcess:
        return 0.0


def database_server() -> psutil.Process:
    """PostgreSQL's first process; connections and what writes for them are its children."""
    with connection.cursor() as cursor:
        backend = psutil.Process(cursor.connection.info.backend_pid)
    server = backend.parent()
    assert server is not None, "a connection's process has a parent"
    return server


def largest_mib(process: psutil.Process) -> int:
    """Of the largest of it and its children, what is resident."""
    return max(map(_resident, [process, *process.children(recursive=True)])) // MIB


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # ended since its parent was asked for it
        return 0


def spent_on(work: Callable[[], Any], *, times: int) -> Spent:
    """For each time, the median of the rounds; a first time warms up."""
    work()
    rounds = [once(lambda: [work() for _ in range(times)]) for _ in range(ROUNDS)]
    return Spent(
        statistics.median(each.python for each in rounds) / times,
        statistics.median(each.sql for each in rounds) / times,
    )


def once(work: Callable[[], Any]) -> Spent:
    own, server = psutil.Process(), database_server()
    python, sql = seconds_of(own), seconds_of(server)
    work()
    return Spent(1000 * (seconds_of(own) - python), 1000 * (seconds_of(server) - sql))
