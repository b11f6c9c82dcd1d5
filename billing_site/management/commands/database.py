"""``manage.py database start|stop|status|shell``: the embedded PostgreSQL."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing_site.postgres import DATABASE, PORT, USER, EmbeddedPostgres, PostgresError

NOT_RUNNING = 3  # what ``pg_ctl status`` answers


class Command(BaseCommand):
    help = "Starts, stops, shows or opens the embedded PostgreSQL."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status", "shell"])

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if settings.ENVIRONMENT.database_url is not None:
            raise CommandError("DATABASE_URL names the database: it is not ours to manage.")
        server = EmbeddedPostgres.at(settings.BILLING_HOME)
        try:
            getattr(self, action)(server)
        except PostgresError as failure:
            raise CommandError(str(failure)) from failure

    def start(self, server: EmbeddedPostgres) -> None:
        self.stdout.write("started" if server.start() else "was running")

    def stop(self, server: EmbeddedPostgres) -> None:
        self.stdout.write("stopped" if server.stop() else "was not running")

    def status(self, server: EmbeddedPostgres) -> None:
        running = server.is_ready()
        self.stdout.write(f"{'running' if running else 'not running'}; data in {server.layout.data}")
        if not running:
            sys.exit(NOT_RUNNING)

    def shell(self, server: EmbeddedPostgres) -> None:
        server.start()
        psql = server.programs.folder / "psql"
        os.execv(psql, ["psql", "-h", str(server.layout.sockets), "-p", str(PORT), "-U", USER, DATABASE])
