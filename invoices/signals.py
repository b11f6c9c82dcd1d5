"""What happens to invoices, announced inside the transaction and in batches."""

from django.dispatch import Signal

# drafts (``billing.drafts.InvoiceDraft``), all of one organization, is_new, at: written, with everything on them. Those
# that are not new were drafts before.
invoices_written = Signal()
# invoice_ids, organization_id, at: finalized ones that are unpaid after their due date.
invoices_overdue = Signal()
# credit_notes, of one or several organizations, at: written and numbered, with everything on them.
credit_notes_issued = Signal()
# credit_note, at: its refund could not be made.
refund_failed = Signal()
# invoice: its PDF was drawn, and is kept from now on.
invoice_drawn = Signal()
# invoices, all of one organization, at
payment_status_changed = Signal()
# invoice_ids, at: invoices over fees that were paid before, written with everything on them but their payments.
paid_fees_invoiced = Signal()
