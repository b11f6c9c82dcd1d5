"""The minimum commitment in a plan's body."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class MinimumCommitmentInput(CommandInput):
    amount_cents = fields.Cents(min_value=1)
    invoice_display_name = fields.Text()
    tax_codes = fields.ListOf(fields.Code())
