"""Credit notes."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from invoices.models import CreditNote, CreditNoteItem, CreditNoteStatus, Fee
from invoices.queries.invoice import fees_for_wire


def credit_notes_of(organization: Organization) -> QuerySet[CreditNote]:
    """Those that are issued, newest first."""
    issued = CreditNote.objects.filter(organization=organization, status=CreditNoteStatus.FINALIZED)
    return issued.order_by("-issuing_date", "-created_at", "-id")


def credit_notes_for_wire(notes: QuerySet[CreditNote]) -> QuerySet[CreditNote]:
    items = CreditNoteItem.objects.prefetch_related(Prefetch("fee", fees_for_wire(Fee.objects.all())))
    loaded = notes.select_related("invoice__billing_entity", "customer__billing_entity")
    return loaded.prefetch_related(Prefetch("items", items), "applied_taxes", "customer__taxes")


def credit_note_by_id(organization: Organization, lago_id: str | UUID) -> CreditNote:
    """Raises ``NotFound``: ``credit_note_not_found``, also for what is not an id."""
    try:
        found = credit_notes_of(organization).filter(id=lago_id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound("credit_note")
    return found
