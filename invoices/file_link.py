"""Links to the PDF of one invoice, credit note or receipt, for whoever has them: the ``file_url`` of the API.

The token is the document's id, signed with the instant of the real world, also in a sandbox.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from billing_site.kernel.errors import NotFound
from invoices.models import CreditNote, Invoice, InvoiceStatus, PaymentReceipt

VALID_FOR = timedelta(days=7)
ISSUED = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)
_signer = TimestampSigner(salt="invoices.file_link")
_credit_note_signer = TimestampSigner(salt="invoices.file_link.credit_note")
_receipt_signer = TimestampSigner(salt="invoices.file_link.receipt")


def file_url(invoice: Invoice) -> str | None:
    """None for what is not issued: drafts have no document yet."""
    if invoice.status not in ISSUED:
        return None
    return f"{settings.PUBLIC_URL}/files/invoices/{_signer.sign(str(invoice.id))}"


def invoice_id_of(token: str) -> UUID:
    """Raises ``NotFound`` (``file_not_found``) for a token that is forged, broken or too old."""
    return _id_of(token, _signer)


def credit_note_file_url(note: CreditNote) -> str | None:
    if note.is_draft:
        return None
    return f"{settings.PUBLIC_URL}/files/credit_notes/{_credit_note_signer.sign(str(note.id))}"


def credit_note_id_of(token: str) -> UUID:
    """Raises ``NotFound``, as ``invoice_id_of``."""
    return _id_of(token, _credit_note_signer)


def receipt_url(receipt: PaymentReceipt) -> str:
    return f"{settings.PUBLIC_URL}/files/payment_receipts/{_receipt_signer.sign(str(receipt.id))}"


def receipt_id_of(token: str) -> UUID:
    """Raises ``NotFound``, as ``invoice_id_of``."""
    return _id_of(token, _receipt_signer)


def _id_of(token: str, signer: TimestampSigner) -> UUID:
    try:
        return UUID(signer.unsign(token, max_age=VALID_FOR))
    except (BadSignature, ValueError) as unusable:
        raise NotFound("file") from unusable
