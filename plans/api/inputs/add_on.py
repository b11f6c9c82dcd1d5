"""The body of an add-on."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class AddOnInput(CommandInput):
    root_name = "add_on"

    name = fields.Text(required=True)
    code = fields.Code()
    description = fields.Text(max_length=None)
    invoice_display_name = fields.Text()
    amount_cents = fields.Cents(required=True, min_value=1)
    amount_currency = fields.Currency(required=True)
    tax_codes = fields.ListOf(fields.Code())
