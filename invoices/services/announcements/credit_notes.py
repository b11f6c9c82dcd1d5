"""Credit notes."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from customers.webhooks import announce
from invoices.models import CreditNote
from invoices.queries import credit_notes_for_wire
from invoices.wire.credit_note import CreditNoteWire, credit_notes_wire, refund_error_wire


def tell_of_credit_notes(webhook_type: str, credit_notes: Sequence[CreditNote], *, at: datetime) -> None:
    for organization_id in {note.organization_id for note in credit_notes}:
        shown = partial(_shown, [note for note in credit_notes if note.organization_id == organization_id])
        announce(webhook_type, shown, organization_id=organization_id, at=at)


def tell_of_failed_refund(note: CreditNote, *, at: datetime) -> None:
    announce(
        "credit_note.provider_refund_failure",
        lambda: [refund_error_wire(note)],
        organization_id=note.organization_id,
        at=at,
    )


def _shown(credit_notes: Sequence[CreditNote]) -> list[CreditNoteWire]:
    ids = [note.id for note in credit_notes]
    return credit_notes_wire(credit_notes_for_wire(CreditNote.objects.filter(id__in=ids)).order_by("id"))
