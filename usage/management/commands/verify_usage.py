"""``manage.py verify_usage``: compares every bucket with its events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from usage.queries import Difference, bucket_differences
from usage.rollup import roll


class Command(BaseCommand):
    help = "Rolls what is pending, then compares every bucket with its events. Fails when they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=100, help="How many differences to show.")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        roll()
        differences = bucket_differences(limit=limit)
        for difference in differences:
            self.stdout.write(self.line(difference))
        if differences:
            raise CommandError(f"{len(differences)} buckets differ from their events")
        self.stdout.write("Every bucket equals its events.")

    def line(self, difference: Difference) -> str:
        return (
            f"{difference.starts_at:%Y-%m-%dT%H:%MZ} organization {difference.organization_id}, subscription"
            f" {difference.external_subscription_id}, {difference.code}, dimension {difference.dimension_id}:"
            f" {difference.what}"
        )
