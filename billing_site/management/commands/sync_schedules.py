"""``manage.py sync_schedules``: writes the table of periodic jobs to django-q2's schedules."""

from typing import Any

from django.core.management.base import BaseCommand

from billing_site.schedules import JOBS, sync_schedules


class Command(BaseCommand):
    help = "Makes the stored schedules equal to billing_site/schedules.py."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_schedules()
        self.stdout.write(f"{len(JOBS)} schedules")
