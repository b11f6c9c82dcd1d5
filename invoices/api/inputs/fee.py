"""The body of a fee."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from invoices.models import FeePaymentStatus


class FeeInput(CommandInput):
    root_name = "fee"

    payment_status = fields.Choice(FeePaymentStatus, required=True)
