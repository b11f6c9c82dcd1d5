"""``manage.py run_billing``: do everything that is due, now, in this process."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from customers.models import Organization
from invoices.models import BillingRun
from invoices.queries import billing_progress
from invoices.services.due_work import run_due_work, what_is_due


class Command(BaseCommand):
    help = "Runs everything that is due, now, in this process. Running it again finds nothing left to do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", type=_uuid, metavar="ID", help="only this organization (default: all)")
        parser.add_argument(
            "--at", type=_instant, metavar="INSTANT", help="as of this instant, ISO 8601 with an offset"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what is due and change nothing")

    def handle(self, *, organization: UUID | None, at: datetime | None, dry_run: bool, **options: Any) -> None:
        for each in _organizations(organization):
            instant = self.instant_for(each, at)
            if dry_run:
                self.stdout.write(f"{each}: due at {instant:%Y-%m-%d %H:%M:%S}Z: {what_is_due(each, at=instant)}")
                continue
            done = run_due_work(organization=each, at=instant, progress=self.show)
            self.stdout.write(f"{each}: {done}")

    def instant_for(self, organization: Organization, at: datetime | None) -> datetime:
        """A sandbox's future is reached by its clock, so that everything in it agrees on the time."""
        now = organization.now()
        if at is not None and at > now and organization.test_clock_at is not None:
            raise CommandError(f"The clock of {organization} is at {now.isoformat()}: PUT /api/v1/test_clock first.")
        return at or now

    def show(self, run: BillingRun) -> None:
        progress = billing_progress(run)
        self.stdout.write(
            f"  {progress.customers_done:,} of {run.customers_count:,} customers, "
            f"{progress.invoices_created:,} invoices, {progress.customers_failed:,} set aside"
        )


def _organizations(wanted: UUID | None) -> Iterable[Organization]:
    if wanted is None:
        return Organization.objects.order_by("created_at", "id").iterator()
    found = Organization.objects.filter(id=wanted)
    if not found.exists():
        raise CommandError(f"There is no organization {wanted}.")
    return found


def _uuid(text: str) -> UUID:
    return UUID(text)


def _instant(text: str) -> datetime:
    instant = parse_datetime(text)
    if instant is None or instant.tzinfo is None:
        raise ValueError("an instant needs a date, a time and an offset")
    return instant
