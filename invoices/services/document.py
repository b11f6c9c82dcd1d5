"""Have the PDF of an invoice or a credit note made, for whoever waits for the webhook that says so."""

from datetime import datetime

from billing_site.kernel.commands import command
from invoices.documents.store import ISSUED, invoice_pdf
from invoices.models import CreditNote, Invoice
from invoices.services.announcements import tell_of_credit_notes


@command
def make_invoice_document(*, invoice: Invoice) -> None:
    """Draw and keep the PDF of an issued invoice; that of a draft follows it, and is not kept."""
    if invoice.status in ISSUED:
        invoice_pdf(invoice)


@command
def make_credit_note_document(*, credit_note: CreditNote, at: datetime) -> None:
    """Nothing is kept: it is drawn whenever it is opened, and can be from the start. Told each time it is asked for."""
    tell_of_credit_notes("credit_note.generated", [credit_note], at=at)
