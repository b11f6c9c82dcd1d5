"""The bodies of a new, an estimated and a changed credit note."""

from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from billing_site.kernel.api.key_values import KeyValuesField
from invoices.billing.credit_notes.drafts import Remarks
from invoices.billing.credit_notes.requested import AskedItem
from invoices.models import CreditNoteReason, RefundStatus
from invoices.settlement import Split
from plans.api.inputs.row_id import RowId


class CreditNoteItemInput(CommandInput):
    # What is not named is not found, rather than missing from the body.
    fee_id = RowId()
    amount_cents = fields.Cents(required=True)

    def to_internal_value(self, data: Any) -> AskedItem:
        given = super().to_internal_value(data)
        return AskedItem(given.get("fee_id"), given["amount_cents"])


class CreditNoteEstimateInput(CommandInput):
    root_name = "credit_note"

    invoice_id = RowId()
    items = fields.ListOf(CreditNoteItemInput(), required=True, allow_empty=False, max_items=1000)


class CreditNoteInput(CreditNoteEstimateInput):
    reason = fields.Choice(CreditNoteReason)
    description = fields.Text(max_length=None)
    credit_amount_cents = fields.Cents(default=0)
    refund_amount_cents = fields.Cents(default=0)
    offset_amount_cents = fields.Cents(default=0)
    metadata = KeyValuesField()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given = super().to_internal_value(data)
        split = Split(*(given.pop(name) for name in Split._fields))
        noted = {name: given.pop(name) for name in ("reason", "description", "metadata") if name in given}
        return {**given, "split": split, "remarks": Remarks(**noted)}


class CreditNoteUpdateInput(CommandInput):
    root_name = "credit_note"

    refund_status = fields.Choice(RefundStatus)
    metadata = KeyValuesField(allow_null=True)
