"""The body of a custom section of invoices."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class InvoiceCustomSectionInput(CommandInput):
    root_name = "invoice_custom_section"

    code = fields.Code()
    name = fields.Text(required=True)
    description = fields.Text(max_length=None)
    display_name = fields.Text()
    details = fields.Text(max_length=None)
    applied_to_organization = fields.Flag()
