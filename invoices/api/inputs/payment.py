"""The bodies of a manual payment and of a payment request."""

from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from customers.api.inputs.address import Email
from invoices.services.payment import Part
from plans.api.inputs.row_id import RowId


class PaidCents(fields.Cents):
    """Money that came in is a JSON integer: digits in a text may be anything (3-P4)."""

    def __init__(self) -> None:
        codes = dict.fromkeys(("invalid", "min_value", "max_value"), "invalid_value")
        super().__init__(min_value=1, error_messages=codes, default=0)

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class PaidInvoiceInput(CommandInput):
    invoice_id = RowId()
    amount_cents = PaidCents()


class PaymentInput(CommandInput):
    """One invoice, or ``invoices`` with what each of them gets."""

    root_name = "payment"

    invoice_id = RowId()
    amount_cents = PaidCents()
    invoices = fields.ListOf(PaidInvoiceInput(), max_items=100)
    reference = fields.Text(max_length=None, default="")
    paid_at = fields.Instant()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given = super().to_internal_value(data)
        single = {"invoice_id": given.pop("invoice_id", None), "amount_cents": given.pop("amount_cents")}
        paid = given.pop("invoices", []) or [single]
        return {**given, "parts": [Part(each.get("invoice_id"), each["amount_cents"]) for each in paid]}


class PaymentRequestInput(CommandInput):
    root_name = "payment_request"

    external_customer_id = fields.Text(default="")
    email = Email()
    lago_invoice_ids = fields.ListOf(RowId(), source="invoice_ids", default=[])
