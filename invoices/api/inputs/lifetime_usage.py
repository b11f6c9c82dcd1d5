"""The body of a lifetime usage."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class LifetimeUsageInput(CommandInput):
    root_name = "lifetime_usage"

    external_historical_usage_amount_cents = fields.Cents(required=True)
