"""Make a voided invoice again, with its fees as they were or as someone sets them (I12)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound
from billing_site.kernel.rehearsal import rehearsal
from invoices.billing.record import record
from invoices.billing.regeneration import regenerated
from invoices.models import GIVEN_BACK, Invoice, InvoiceStatus, InvoiceType
from invoices.queries import invoice_details
from invoices.services.adjusted_fee import Changes, adjustment
from invoices.services.credit_note import locked_invoice

# Credits are bought again, and what progressive billing and paid fees came to is in other invoices.
REGENERABLE = (InvoiceType.SUBSCRIPTION, InvoiceType.ONE_OFF)


@command
def regenerate_invoice(*, invoice: Invoice, changes: Mapping[UUID, Changes], at: datetime) -> Invoice:
    """A new, final invoice in the place of a voided one; ``changes`` are by the ids of the voided one's fees.

    Once, until the new one is voided too. Raises ``NotAllowed`` (``not_regenerable``), ``NotFound`` (``fee``) and
    ``ValidationFailed``.
    """
    voided = locked_invoice(invoice)
    if not is_regenerable(voided):
        raise NotAllowed("not_regenerable")
    known = set(voided.fees.filter(id__in=changes.keys()).values_list("id", flat=True))
    if changes.keys() - known:
        raise NotFound("fee")
    draft = regenerated(voided, {fee_id: adjustment(each) for fee_id, each in changes.items()}, at=at)
    (new_id,) = record([draft], at=at)
    return Invoice.objects.get(id=new_id)


@contextmanager
def preview_regeneration(*, invoice: Invoice, changes: Mapping[UUID, Changes], at: datetime) -> Iterator[Invoice]:
    """The invoice as ``regenerate_invoice`` would make it, gone after the block; raises what that raises."""
    with rehearsal():
        made = regenerate_invoice(invoice=invoice, changes=changes, at=at)
        yield invoice_details(invoice.organization, made.id)


def is_regenerable(invoice: Invoice) -> bool:
    """One query, for a voided one."""
    if invoice.status != InvoiceStatus.VOIDED or invoice.invoice_type not in REGENERABLE:
        return False
    return not Invoice.objects.filter(voided_invoice=invoice).exclude(status__in=GIVEN_BACK).exists()
