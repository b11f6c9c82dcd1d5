"""Start and stop of the embedded server; safe against any number of callers at once."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from billing_site.postgres import postmaster
from billing_site.postgres.binaries import programs_for
from billing_site.postgres.errors import PostgresError
from billing_site.postgres.layout import DATABASE, PORT, USER, Layout
from billing_site.postgres.tuning import settings_file

# Recovery after a crash replays up to max_wal_size and may take minutes on a slow disk.
START_TIMEOUT_SECONDS = 600
STOP_TIMEOUT_SECONDS = 60
LOG_LIMIT_BYTES = 10 * 1024 * 1024
SETTINGS_FILE = "meterbook.conf"


@dataclass(frozen=True)
class EmbeddedPostgres:
    layout: Layout

    @classmethod
    def at(cls, home: Path) -> "EmbeddedPostgres":
        return cls(Layout.of(home))

    def start(self) -> bool:
        """Make the server answer. True if this call started it, False if it ran already."""
        if self.is_ready():
            return False
        with self._lock():
            if self.is_ready():
                return False
            self._bring_up()
        return True

    def stop(self) -> bool:
        """Stop the server, ending open connections. False if it did not run."""
        if not self.layout.data.exists():
            return False
        with self._lock():
            if not self.is_running():
                return False
            self._pg_ctl("stop", "-m", "fast", "-t", str(STOP_TIMEOUT_SECONDS))
        return True

    def is_running(self) -> bool:
        return self._asked(postmaster.is_running)

    def is_ready(self) -> bool:
        return self._asked(postmaster.is_ready)

    @cached_property
    def programs(self) -> Path:
        return programs_for(self.layout.account, self.layout.data.parent)

    def _asked(self, question: Callable[[Path], bool]) -> bool:
        try:
            return question(self.layout.pid_file)
        except PermissionError as denied:
            raise PostgresError(f"{self.layout.data} belongs to another account; run this as that account.") from denied

    def _bring_up(self) -> None:
        if self.is_running():
            self._wait_until_ready()
            return
        self._prepare_folders()
        if not self.layout.data.exists():
            self._initialize()
        if not postmaster.clear_stale(self.layout.pid_file):
            raise PostgresError(f"processes of a killed server still work in {self.layout.data}; end them first.")
        self._write_settings()
        self._pg_ctl("start", "-t", str(START_TIMEOUT_SECONDS), "-l", str(self.layout.log))
        self._create_database()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.layout.home.mkdir(parents=True, exist_ok=True)
        with self.layout.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _prepare_folders(self) -> None:
        account, parent = self.layout.account, self.layout.data.parent
        parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not account.may_enter(parent):
            self._let_account_through(parent)
        if self.layout.sockets != self.layout.data:
            self._make_private(self.layout.sockets)

    def _let_account_through(self, folder: Path) -> None:
        """Open our own folder, and only for the server's group: it stays closed to everybody else."""
        os.chown(folder, -1, self.layout.account.gid)
        folder.chmod(folder.stat().st_mode & 0o7777 | 0o010)
        if not self.layout.account.may_enter(folder):
            raise PostgresError(f"uid {self.layout.account.uid}, which runs the server, cannot enter {folder}.")

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), self.layout.account.uid):
            raise PostgresError(f"{folder} belongs to somebody else; remove it.")
        os.chown(folder, self.layout.account.uid, self.layout.account.gid)
        folder.chmod(0o700)

    def _initialize(self) -> None:
        """Build the cluster beside its place and move it there, so that a killed initdb leaves no half cluster."""
        unfinished = self.layout.data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._make_private(unfinished)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
        self._run("initdb", "-D", str(unfinished), "-U", USER, "--auth=trust", "--data-checksums", *locale)
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write(f"include_if_exists '{SETTINGS_FILE}'\n")
        unfinished.rename(self.layout.data)
        if not self.layout.link.exists():
            self.layout.link.unlink(missing_ok=True)
            self.layout.link.symlink_to(self.layout.data)

    def _write_settings(self) -> None:
        file = self.layout.data / SETTINGS_FILE
        file.write_text(settings_file(self.layout.sockets))
        os.chown(file, self.layout.account.uid, self.layout.account.gid)
        if self.layout.log.exists() and self.layout.log.stat().st_size > LOG_LIMIT_BYTES:
            os.truncate(self.layout.log, 0)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline or not self.is_running():
                raise PostgresError(f"it runs but is not ready; see {self.layout.log}.")
            time.sleep(0.05)

    def _create_database(self) -> None:
        with psycopg.connect(
            host=str(self.layout.sockets), port=PORT, user=USER, dbname="postgres", autocommit=True
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _pg_ctl(self, action: str, *options: str) -> None:
        self._run("pg_ctl", "-D", str(self.layout.data), "-w", "-s", *options, action)

    def _run(self, program: str, *arguments: str) -> None:
        # The caller's folder and environment may be out of the account's reach or carry PG* variables.
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self.layout.account.subprocess_arguments,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise PostgresError(f"{program} failed: {said}\n{self._end_of_log()}".strip())

    def _end_of_log(self) -> str:
        if not self.layout.log.exists():
            return ""
        return "\n".join(self.layout.log.read_text(errors="replace").splitlines()[-10:])
