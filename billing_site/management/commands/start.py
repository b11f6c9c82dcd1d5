"""``bin/start``, once the packages are installed: database, migrations, schedules, demo, web server and worker."""

import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from types import FrameType
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from billing_site.environment import PROJECT
from billing_site.management.commands.demo import GENERATED
from billing_site.management.commands.serve import refuse_taken_port
from billing_site.operator import LogIn, ensure_operator
from billing_site.postgres import EmbeddedPostgres, PostgresError
from billing_site.schedules import sync_schedules
from invoices.models import Invoice

LOOK_EVERY_SECONDS = 0.5
STOP_SECONDS = 40


class Command(BaseCommand):
    help = "Prepares everything, then runs web server and worker until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--exit", action="store_true", help="stop after the summary of the demo")

    def handle(self, *args: Any, exit: bool, **options: Any) -> None:
        signal.signal(signal.SIGTERM, raise_interrupt)
        if not exit:
            refuse_taken_port("127.0.0.1", settings.ENVIRONMENT.port)
        try:
            with self.database():
                log_in = self.prepare()
                if not exit:
                    self.serve(log_in)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    @contextmanager
    def database(self) -> Iterator[None]:
        """The embedded database, stopped again if this command started it."""
        if settings.ENVIRONMENT.database_url is not None:
            yield
            return
        server = EmbeddedPostgres.at(settings.BILLING_HOME)
        started = self.step("Starting PostgreSQL", server.start, f"See {server.layout.log}, or set DATABASE_URL.")
        try:
            yield
        finally:
            connection.close()
            if started:
                server.stop()

    def prepare(self) -> LogIn:
        migrate = partial(call_command, "migrate", interactive=False, verbosity=0)
        operator = partial(ensure_operator, settings.BILLING_HOME)
        reset = "If the database is not this version's, move it away or point DATABASE_URL elsewhere."
        self.step("Migrating the database", migrate, reset)
        self.step("Writing the schedules", sync_schedules, "Try: manage.py sync_schedules")
        log_in: LogIn = self.step("Preparing the operator's log-in", operator, "Is BILLING_HOME writable?")
        self.load_demo()
        return log_in

    def load_demo(self) -> None:
        """Once: an organization without invoices is what an interrupted demo left, and the demo goes on with it."""
        if Invoice.objects.filter(organization__name=GENERATED).exists():
            return
        self.stdout.write("Loading the demo organization …")
        call_command("demo", stdout=self.stdout, stderr=self.stderr)

    def step(self, title: str, action: Callable[[], Any], advice: str) -> Any:
        self.stdout.write(f"{title} … ", ending="")
        self.stdout.flush()
        began = time.monotonic()
        try:
            answer = action()
        except (PostgresError, CommandError) as failure:
            raise CommandError(f"{title} failed: {failure}\n{advice}") from failure
        except Exception:
            self.stderr.write(f"\n{title} failed. {advice}")
            raise
        self.stdout.write(f"done ({time.monotonic() - began:.1f} s)")
        return answer

    def serve(self, log_in: LogIn) -> None:
        connection.close()
        port = settings.ENVIRONMENT.port
        processes = [child("serve", "--port", str(port)), child("worker")]
        try:
            wait_for(processes, until=partial(answers, f"http://127.0.0.1:{port}/healthz"))
            self.announce(port, log_in)
            wait_for(processes, until=lambda: False)
        finally:
            stop(processes)

    def announce(self, port: int, log_in: LogIn) -> None:
        local = f"http://127.0.0.1:{port}"
        password = log_in.password or "(the one you set)"
        self.stdout.write(
            f"\n  Console   {local}/admin/   log in as {log_in.username} / {password}"
            f"\n  API       {local}/api/v1/   described at {local}/api/docs/"
            f"\n\nCtrl-C stops everything.\n"
        )


def raise_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def child(*arguments: str) -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C reaches only us, and we stop the children in order."""
    return subprocess.Popen([sys.executable, str(PROJECT / "manage.py"), *arguments], start_new_session=True)


def wait_for(processes: list["subprocess.Popen[bytes]"], until: Callable[[], bool]) -> None:
    while not until():
        if any(process.poll() is not None for process in processes):
            raise CommandError("The web server or the worker ended; the reason is above.")
        time.sleep(LOOK_EVERY_SECONDS)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == HTTPStatus.OK)
    except OSError:
        return False


def stop(processes: list["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
