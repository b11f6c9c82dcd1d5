"""The bodies of a changed and of a one-off invoice."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from invoices.models import PaymentStatus


class InvoiceMetadataInput(CommandInput):
    id = fields.Text()
    key = fields.Text(required=True, max_length=20)
    value = fields.Text(required=True)


class VoidInput(CommandInput):
    """The body is not wrapped, and may be empty. The amounts count only with ``generate_credit_note``."""

    root_name = ""

    generate_credit_note = fields.Flag(default=False)
    credit_amount = fields.Cents(default=0)
    refund_amount = fields.Cents(default=0)


class InvoiceInput(CommandInput):
    root_name = "invoice"

    payment_status = fields.Choice(PaymentStatus)
    metadata = fields.ListOf(InvoiceMetadataInput())


class OneOffFeeInput(CommandInput):
    # What is not named is not found, rather than missing from the body.
    add_on_code = fields.Text(default="")
    unit_amount_cents = fields.Cents(max_value=10**12)
    units = fields.Number(min_value=0, max_digits=30)
    invoice_display_name = fields.Text()
    description = fields.Text(max_length=None)
    tax_codes = fields.ListOf(fields.Code())
    from_datetime = fields.Instant()
    to_datetime = fields.Instant()


class OneOffInvoiceInput(CommandInput):
    root_name = "invoice"

    external_customer_id = fields.Text(default="")
    currency = fields.Currency()
    net_payment_term = fields.Whole(min_value=0)
    purchase_order_number = fields.Text()
    billing_entity_code = fields.Text()
    fees = fields.ListOf(OneOffFeeInput(), max_items=1000)
