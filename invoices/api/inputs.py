"""The bodies of commands on invoices and fees."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from invoices.models import FeePaymentStatus, PaymentStatus


class InvoiceMetadataInput(CommandInput):
    id = fields.Text()
    key = fields.Text(required=True, max_length=20)
    value = fields.Text(required=True)


class InvoiceInput(CommandInput):
    root_name = "invoice"

    payment_status = fields.Choice(PaymentStatus)
    metadata = fields.ListOf(InvoiceMetadataInput())


class FeeInput(CommandInput):
    root_name = "fee"

    payment_status = fields.Choice(FeePaymentStatus, required=True)


class ClockInput(CommandInput):
    root_name = "test_clock"

    now = fields.Instant(required=True)
