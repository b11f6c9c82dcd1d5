"""The body of a tax."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class TaxInput(CommandInput):
    root_name = "tax"

    name = fields.Text(required=True)
    code = fields.Code()
    rate = fields.Number(source="rate_percent", required=True, min_value=0, max_digits=12, decimal_places=5)
    description = fields.Text(max_length=None)
    applied_to_organization = fields.Flag()
