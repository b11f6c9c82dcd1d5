"""``manage.py create_organization``: organizations with their API keys, one JSON object a line."""

import json
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing_site.kernel.clock import wall_now
from customers.services.organization import NewOrganization, create_organization

LONGEST_NAME = 255


class Command(BaseCommand):
    help = "Create organizations. Each API key is shown here and never again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", type=organization_name)
        parser.add_argument("--sandbox", action="store_true", help="with a test clock")
        parser.add_argument("--count", type=at_least_one, default=1, metavar="N", help="how many (default: 1)")

    def handle(self, *, name: str, sandbox: bool, count: int, **options: Any) -> None:
        for _ in range(count):
            new = create_organization(name=name, sandbox=sandbox, at=wall_now())
            self.stdout.write(json.dumps(described(new)))


def organization_name(given: str) -> str:
    if not given.strip() or len(given) > LONGEST_NAME or "\0" in given:
        raise ArgumentTypeError(f"a name has 1 to {LONGEST_NAME} characters")
    return given


def at_least_one(given: str) -> int:
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise ArgumentTypeError("at least 1")
    return int(given)


def described(new: NewOrganization) -> dict[str, Any]:
    return {
        "organization_id": str(new.organization.id),
        "name": new.organization.name,
        "api_key": new.api_key_value,
        "sandbox": new.organization.sandbox,
    }
