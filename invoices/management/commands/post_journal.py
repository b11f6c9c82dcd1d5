"""``manage.py post_journal``: posts what was issued before there was a journal."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.models import Organization
from invoices.services.journal import post_backlog


class Command(BaseCommand):
    help = "Posts every issued document that has no journal entry yet, in batches. Running it again finds none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", type=UUID, metavar="ID", help="only this organization (default: all)")

    def handle(self, *args: Any, organization: UUID | None, **options: Any) -> None:
        chosen = Organization.objects.order_by("created_at", "id")
        if organization is not None:
            chosen = chosen.filter(id=organization)
            if not chosen.exists():
                raise CommandError(f"There is no organization {organization}.")
        for each in chosen.iterator():
            for name, count in post_backlog(organization=each, at=each.now()):
                if count:
                    self.stdout.write(f"{each}: {count:,} {name} posted")
