"""Drafts made final: by themselves when their grace period ends, or because someone asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from customers.models import Organization
from invoices.billing.bill import lock_customers
from invoices.billing.isolation import by_halves
from invoices.billing.redraft import redraft
from invoices.models import BillingHold, Invoice, InvoiceStatus

BATCH = 500


@dataclass(slots=True)
class Finalized:
    """The customers whose drafts are final now, how many drafts that were, and why others could not be finalized."""

    count: int = 0
    customer_ids: set[UUID] = field(default_factory=set)
    failures: dict[UUID, str] = field(default_factory=dict)


def due_drafts(organization: Organization, at: datetime) -> QuerySet[Invoice]:
    """The drafts whose grace period is over (3-I8), the longest waiting first; not those of customers that are held."""
    held = BillingHold.objects.filter(customer=OuterRef("customer"), released_at__isnull=True)
    drafts = Invoice.objects.filter(~Exists(held), organization=organization, status=InvoiceStatus.DRAFT)
    over = drafts.filter(expected_finalization_date__lte=at.astimezone(UTC).date())
    return over.order_by("expected_finalization_date", "created_at", "id")


def finalize_drafts(drafts: QuerySet[Invoice], *, at: datetime) -> Finalized:
    """Finalize ``drafts`` in their order, a transaction for each batch; who fails is left a draft."""
    finalized, failed = Finalized(), set[UUID]()
    while batch := list(drafts.exclude(id__in=failed).values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            failed |= _finalize_batch(batch, finalized, at)
    return finalized


def locked_drafts(invoice_ids: Sequence[UUID]) -> list[Invoice]:
    """Customers first, then invoices: the order in which every command locks."""
    lock_customers(Invoice.objects.filter(id__in=invoice_ids).values_list("customer_id", flat=True))
    drafts = Invoice.objects.filter(id__in=invoice_ids, status=InvoiceStatus.DRAFT).order_by("id")
    locked = {draft.id: draft for draft in drafts.select_for_update(of=("self",), no_key=True)}
    return [locked[invoice_id] for invoice_id in invoice_ids if invoice_id in locked]


def _finalize_batch(invoice_ids: Sequence[UUID], finalized: Finalized, at: datetime) -> set[UUID]:
    failed: set[UUID] = set()

    def finalize(drafts: Sequence[Invoice]) -> None:
        redraft(drafts, finalize=True, at=at)
        finalized.count += len(drafts)
        finalized.customer_ids |= {draft.customer_id for draft in drafts}

    def set_aside(draft: Invoice, reason: str) -> None:
        failed.add(draft.id)
        finalized.failures[draft.customer_id] = f"A draft could not be finalized: {reason}"

    by_halves(locked_drafts(invoice_ids), finalize, set_aside)
    return failed
