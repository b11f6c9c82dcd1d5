"""What a subscription says otherwise than its plan."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.api.inputs.charge import SubscriptionChargeInput
from plans.api.inputs.fixed_charge import SubscriptionFixedChargeInput
from plans.api.inputs.minimum_commitment import MinimumCommitmentInput
from plans.api.inputs.usage_threshold import UsageThresholdInput


class ChargeOverrideInput(SubscriptionChargeInput):
    id = fields.Text(required=True)


class FixedChargeOverrideInput(SubscriptionFixedChargeInput):
    id = fields.Text(required=True)


class PlanOverridesInput(CommandInput):
    name = fields.Text()
    description = fields.Text(max_length=None)
    invoice_display_name = fields.Text()
    amount_cents = fields.Cents()
    amount_currency = fields.Currency()
    trial_period = fields.Number(min_value=0, max_digits=10, decimal_places=4)
    tax_codes = fields.ListOf(fields.Code())
    charges = fields.ListOf(ChargeOverrideInput())
    fixed_charges = fields.ListOf(FixedChargeOverrideInput())
    minimum_commitment = MinimumCommitmentInput()
    usage_thresholds = fields.ListOf(UsageThresholdInput())
