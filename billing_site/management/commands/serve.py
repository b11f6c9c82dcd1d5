"""``manage.py serve``: the production web server, in the foreground until SIGTERM or Ctrl-C."""

import os
import socket
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# Requests in flight get this long; then the worker is killed.
STOP_SECONDS = 10
MOST_WORKERS_BY_DEFAULT = 4


class Command(BaseCommand):
    help = "Serves the site with granian."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.ENVIRONMENT.port)
        parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, MOST_WORKERS_BY_DEFAULT))

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        refuse_taken_port(host, port)
        self.stderr.write(f"Serving on http://{host}:{port} with {workers} workers")
        Granian(
            "billing_site.asgi:application",
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.ASGI,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            websockets=False,
            log_level=LogLevels(settings.ENVIRONMENT.log_level.lower()),
            log_dictconfig=settings.LOGGING,
        ).serve()


def refuse_taken_port(host: str, port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            why = f"Cannot serve on {host}:{port}: {failure.strerror}. Choose another --port (or PORT)."
            raise CommandError(why) from failure
