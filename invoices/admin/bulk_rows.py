"""What can be done to invoices that are ticked in their list."""

from django import forms

from billing_site.kernel.admin.forms import CommandForm
from customers.admin.bulk import BulkAction, bulk_action
from invoices.services.bulk_invoices import FINALIZE, RETRY, SEND, VOID

MAY_CHANGE = "invoices.change_invoice"


class VoidReasonForm(CommandForm):
    reason = forms.CharField(max_length=500, help_text="Kept with the job, for whoever asks later.")


ROW_ACTIONS = (
    bulk_action(BulkAction(command=FINALIZE, permission=MAY_CHANGE)),
    bulk_action(BulkAction(command=SEND, permission=MAY_CHANGE)),
    bulk_action(BulkAction(command=RETRY, permission=MAY_CHANGE)),
    bulk_action(
        BulkAction(
            command=VOID,
            permission=MAY_CHANGE,
            form=VoidReasonForm,
            question="Nothing is due of these invoices any more, and what paid them is given back.",
        )
    ),
)
