"""Credit notes."""

from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet, Sum

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from customers.queries import of_customer_for_wire
from invoices.models import (
    Credit,
    CreditNote,
    CreditNoteItem,
    CreditNoteStatus,
    CreditStatus,
    Fee,
    Invoice,
    TransactionKind,
    WalletStatus,
    WalletTransaction,
)
from invoices.queries.invoice import fees_for_wire


def credit_notes_of(organization: Organization) -> QuerySet[CreditNote]:
    """Those that are issued, newest first."""
    issued = CreditNote.objects.filter(organization=organization, status=CreditNoteStatus.FINALIZED)
    return issued.order_by("-issuing_date", "-created_at", "-id")


def credit_notes_for_wire(notes: QuerySet[CreditNote]) -> QuerySet[CreditNote]:
    items = CreditNoteItem.objects.prefetch_related(Prefetch("fee", fees_for_wire(Fee.objects.all())))
    loaded = notes.select_related("invoice__billing_entity", "customer__billing_entity")
    return loaded.prefetch_related(Prefetch("items", items), "applied_taxes", *of_customer_for_wire("customer__"))


def credit_note_by_id(organization: Organization, lago_id: str | UUID) -> CreditNote:
    """Raises ``NotFound``: ``credit_note_not_found``, also for what is not an id."""
    try:
        found = credit_notes_of(organization).filter(id=lago_id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound("credit_note")
    return found


class GivenBack(NamedTuple):
    """What a void of an invoice gives back, in cents, by what it was taken from."""

    coupons_cents: int
    credit_notes_cents: int
    wallets_cents: int


def given_back_by_void(invoice: Invoice) -> GivenBack:
    """Nothing comes back to credit notes that were voided since, or to wallets that ended. Two queries."""
    credits = Credit.objects.filter(invoice=invoice)
    sums = credits.aggregate(
        coupons=Sum("amount_cents", filter=Q(applied_coupon__isnull=False), default=0),
        notes=Sum(
            "amount_cents",
            filter=Q(credit_note__isnull=False) & ~Q(credit_note__credit_status=CreditStatus.VOIDED),
            default=0,
        ),
    )
    taken = WalletTransaction.objects.filter(
        invoice=invoice, transaction_status=TransactionKind.INVOICED, wallet__status=WalletStatus.ACTIVE
    )
    return GivenBack(sums["coupons"], sums["notes"], taken.aggregate(cents=Sum("amount_cents", default=0))["cents"])
