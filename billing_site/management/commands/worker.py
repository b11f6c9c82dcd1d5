"""``manage.py worker``: the background tasks, supervised, in the foreground until SIGTERM or Ctrl-C."""

import sys
from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from billing_site.cluster import run_cluster
from billing_site.schedules import sync_schedules
from billing_site.supervisor import Supervisor


class Command(BaseCommand):
    help = "Runs the background tasks: a django-q2 cluster, started again when a part of it dies or hangs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # What the supervisor starts; its end of our standard input tells that it still lives.
        parser.add_argument("--cluster", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, cluster: bool, **options: Any) -> None:
        if cluster:
            sys.exit(0 if run_cluster(sys.stdin.buffer) else 1)
        sync_schedules()
        Supervisor().run()
