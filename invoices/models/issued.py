"""What belongs to an issued invoice or credit note cannot be changed or deleted, not even by SQL."""

from dataclasses import dataclass

import pgtrigger

_REFUSE = """
    IF EXISTS (
        {issued}
    ) THEN
        RAISE EXCEPTION '% of an issued {document} cannot be changed or deleted', TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""
_ISSUED_INVOICE = "SELECT FROM invoices_invoice WHERE id = {invoice} AND status IN ('finalized', 'voided')"
_OF_ITS_FEE = "(SELECT invoice_id FROM invoices_fee WHERE id = OLD.fee_id)"


@dataclass(frozen=True)
class Document:
    """``issued`` is a query that finds a row once the document of the changed part is final."""

    name: str
    issued: str


CREDIT_NOTE = Document(
    "credit note", "SELECT FROM invoices_creditnote WHERE id = OLD.credit_note_id AND status = 'finalized'"
)


def part_of(document: Document, name: str, *columns: str) -> pgtrigger.Trigger:
    """Protects a part of a document once that is final: from deletion, and ``columns`` (all if none) from changes.

    Rows are written after their document, so insertion stays possible.
    """
    update = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    refuse = _REFUSE.format(issued=document.issued, document=document.name)
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=update | pgtrigger.Delete, func=refuse)


def issued(name: str, *columns: str, invoice: str = "OLD.invoice_id") -> pgtrigger.Trigger:
    """The same of a part of an invoice."""
    return part_of(Document("invoice", _ISSUED_INVOICE.format(invoice=invoice)), name, *columns)


def issued_by_fee(name: str, *columns: str) -> pgtrigger.Trigger:
    """The same for what hangs on a fee."""
    return issued(name, *columns, invoice=_OF_ITS_FEE)
