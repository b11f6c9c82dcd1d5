"""A usage threshold in the body of a plan or a subscription."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class UsageThresholdInput(CommandInput):
    id = fields.Text()
    amount_cents = fields.Cents(required=True, min_value=1)
    recurring = fields.Flag()
    threshold_display_name = fields.Text()
