"""Start and stop of the embedded server; safe against any number of callers at once."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from billing_site.postgres import postmaster
from billing_site.postgres.binaries import Programs, programs_for
from billing_site.postgres.errors import PostgresError
from billing_site.postgres.folders import create_cluster, prepare_folders, shorten_log, write_settings
from billing_site.postgres.layout import DATABASE, PORT, USER, Layout

# Recovery after a crash replays up to max_wal_size and may take minutes on a slow disk.
START_TIMEOUT_SECONDS = 600
STOP_TIMEOUT_SECONDS = 60


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
            if self.is_running():
                self._wait_until_ready()
                return False
            self._bring_up()
        return True

    def stop(self) -> bool:
        """Stop the server, ending open connections. False if it did not run."""
        if not self.is_running():
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
    def programs(self) -> Programs:
        return programs_for(self.layout.account, storage=self.layout.data.parent)

    @contextmanager
    def connection(self, database: str = DATABASE) -> Iterator[psycopg.Connection]:
        """A connection outside of Django's, in autocommit."""
        folder = str(self.layout.sockets)
        with psycopg.connect(host=folder, port=PORT, user=USER, dbname=database, autocommit=True) as connection:
            yield connection

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.layout.home.mkdir(parents=True, exist_ok=True)
        with self.layout.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _asked(self, question: Callable[[Path], bool]) -> bool:
        try:
            return question(self.layout.pid_file)
        except PermissionError as denied:
            raise PostgresError(f"{self.layout.data} belongs to another account; run this as that account.") from denied

    def _bring_up(self) -> None:
        prepare_folders(self.layout)
        if not self.layout.data.exists():
            create_cluster(self.layout, self.programs)
        self._clear_after_a_crash()
        write_settings(self.layout)
        shorten_log(self.layout)
        self._pg_ctl("start", "-t", str(START_TIMEOUT_SECONDS), "-l", str(self.layout.log))
        self._create_database()

    def _clear_after_a_crash(self) -> None:
        """Remove the files that would keep the server from starting while another process carries their number."""
        if not postmaster.children_gone(self.layout.data):
            raise PostgresError(f"processes of a killed server still work in {self.layout.data}; end them first.")
        for leftover in self.layout.lock_files:
            leftover.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline or not self.is_running():
                raise PostgresError("it did not get ready.")
            time.sleep(0.05)

    def _create_database(self) -> None:
        with self.connection("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _pg_ctl(self, action: str, *options: str) -> None:
        try:
            self.programs.run("pg_ctl", "-D", str(self.layout.data), "-w", "-s", *options, action)
        except PostgresError as failure:
            raise PostgresError(f"{failure}\nThe end of {self.layout.log}:\n{self._end_of_log()}") from failure

    def _end_of_log(self) -> str:
        if not self.layout.log.exists():
            return "(empty)"
        return "\n".join(self.layout.log.read_text(errors="replace").splitlines()[-10:])
