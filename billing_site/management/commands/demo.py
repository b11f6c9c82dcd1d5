"""Build the demo organization over the REST API and print what it was billed."""

from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from billing_site.demo.client import DemoClient
from billing_site.demo.generated import bill_generated_usage
from billing_site.demo.recorded import bill_recorded_usage, customer_of
from billing_site.demo.server import serving
from billing_site.demo.summary import summary
from billing_site.kernel.clock import wall_now
from customers.models import ApiKey, Organization
from customers.services.api_key import create_api_key, revoke_api_key
from customers.services.organization import create_organization
from invoices.documents.store import invoice_pdf
from invoices.models import InvoiceStatus
from invoices.queries import invoice_details, invoices_of

GENERATED, RECORDED = "Demo", "Demo of recorded usage"


class Command(BaseCommand):
    help = "An LLM API sold by the token: catalogue, customers, usage over REST, a billing run. May be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--usage",
            action="append",
            default=[],
            type=Path,
            metavar="FILE.csv",
            help="recorded requests (TIMESTAMP, ContextTokens, GeneratedTokens) of one customer; may be repeated",
        )

    def handle(self, *args: Any, usage: list[Path], **options: Any) -> None:
        _refuse(usage)
        demo = _opened(RECORDED if usage else GENERATED)
        connection.close()
        with serving(demo.api_key_value, f"http://127.0.0.1:{settings.ENVIRONMENT.port}") as url:
            self.bill(DemoClient(url, demo.api_key_value), usage)
        self.stdout.write(f"\nThe first invoice as PDF: {_write_pdf(demo.organization)}")
        if demo.is_new:
            self.stdout.write(f"API key of the organization “{demo.organization.name}”: {demo.api_key_value}")
        else:
            revoke_api_key(api_key=demo.api_key, at=wall_now())

    def bill(self, client: DemoClient, usage: list[Path]) -> None:
        if usage:
            customers = bill_recorded_usage(client, usage, self.stdout.write)
        else:
            customers = bill_generated_usage(client, wall_now().replace(microsecond=0), self.stdout.write)
        for line in summary(client, customers):
            self.stdout.write(line)


@dataclass(frozen=True, slots=True)
class Demo:
    organization: Organization
    api_key: ApiKey
    api_key_value: str
    is_new: bool


def _refuse(files: list[Path]) -> None:
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise CommandError(f"no such file: {', '.join(missing)}")
    names = [customer_of(path) for path in files]
    if len(set(names)) < len(names):
        raise CommandError("two files name the same customer: the part after the last _ of the name must differ")


def _opened(name: str) -> Demo:
    """A new organization, or that of an earlier demo with a key for this run: the first cannot be read again."""
    at = wall_now()
    existing = Organization.objects.filter(name=name, sandbox=True).order_by("created_at").first()
    if existing is None:
        created = create_organization(name=name, sandbox=True, at=at)
        return Demo(created.organization, created.api_key, created.api_key_value, is_new=True)
    key, value = create_api_key(organization=existing, name="demo", at=at)
    return Demo(existing, key, value, is_new=False)


def _write_pdf(organization: Organization) -> Path:
    finalized = invoices_of(organization).filter(status=InvoiceStatus.FINALIZED).order_by("issuing_date", "id")
    invoice = invoice_details(organization, finalized.values_list("id", flat=True)[0])
    path = Path(settings.BILLING_HOME) / f"{invoice.number}.pdf"
    path.write_bytes(invoice_pdf(invoice).content)
    return path
