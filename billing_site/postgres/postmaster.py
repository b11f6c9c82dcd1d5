"""Whether the postmaster that ``postmaster.pid`` names is really there.

The number alone proves nothing: after kill -9 the process may be a zombie that nobody reaps, and after a
restart of the machine the number may be another program's. The server's processes work in the data folder,
so that is what tells them from others.
"""

import time
from pathlib import Path

import psutil

READY = "ready"


def is_running(pid_file: Path) -> bool:
    lines = read_lines(pid_file)
    return bool(lines) and lines[0].isdigit() and works_in(int(lines[0]), pid_file.parent)


def is_ready(pid_file: Path) -> bool:
    """Running and past recovery: the eighth line carries the state."""
    lines = read_lines(pid_file)
    return len(lines) >= 8 and lines[7] == READY and is_running(pid_file)


def read_lines(pid_file: Path) -> list[str]:
    try:
        return [line.strip() for line in pid_file.read_text().splitlines()]
    except FileNotFoundError:
        return []


def works_in(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def children_gone(folder: Path, timeout: float = 60) -> bool:
    """Wait until the last process that works in ``folder`` is gone. False if one stays."""
    deadline = time.monotonic() + timeout
    while any(works_in(pid, folder) for pid in psutil.pids()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
