"""What belongs to an issued invoice cannot be changed or deleted, not even by SQL."""

import pgtrigger

_REFUSE = """
    IF EXISTS (
        SELECT FROM invoices_invoice WHERE id = {invoice} AND status IN ('finalized', 'voided')
    ) THEN
        RAISE EXCEPTION '% of an issued invoice cannot be changed or deleted', TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""
_OF_ITS_FEE = "(SELECT invoice_id FROM invoices_fee WHERE id = OLD.fee_id)"


def issued(name: str, *columns: str, invoice: str = "OLD.invoice_id") -> pgtrigger.Trigger:
    """Protects a part of an invoice once that is finalized: from deletion, and ``columns`` (all if none) from changes.

    Rows are written after their invoice, so insertion stays possible.
    """
    update = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=update | pgtrigger.Delete, func=_REFUSE.format(invoice=invoice)
    )


def issued_by_fee(name: str, *columns: str) -> pgtrigger.Trigger:
    """The same for what hangs on a fee."""
    return issued(name, *columns, invoice=_OF_ITS_FEE)
