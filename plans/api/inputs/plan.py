"""The body of a plan."""

from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.api.inputs.charge import ChargeInput
from plans.api.inputs.fixed_charge import FixedChargeInput
from plans.api.inputs.minimum_commitment import MinimumCommitmentInput
from plans.api.inputs.usage_threshold import UsageThresholdInput
from plans.periods import BillingInterval

MOST_METADATA = 50
LONGEST_METADATA_KEY = 100
LONGEST_METADATA_VALUE = 255


class Metadata(fields.FreeObject):
    """At most 50 keys of 100 characters with texts of 255 (P12)."""

    cleared_to: Any = {}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        metadata = super().to_internal_value(data)
        if len(metadata) > MOST_METADATA or not all(map(_is_entry, metadata.items())):
            self.fail("invalid")
        return metadata


def _is_entry(entry: tuple[str, Any]) -> bool:
    key, value = entry
    is_text = value is None or isinstance(value, str)
    return len(key) <= LONGEST_METADATA_KEY and is_text and len(value or "") <= LONGEST_METADATA_VALUE


class PlanInput(CommandInput):
    root_name = "plan"

    name = fields.Text(required=True)
    code = fields.Code()
    description = fields.Text(max_length=None)
    invoice_display_name = fields.Text()
    interval = fields.Choice(BillingInterval, required=True)
    amount_cents = fields.Cents(required=True)
    amount_currency = fields.Currency(required=True)
    pay_in_advance = fields.Flag()
    trial_period = fields.Number(min_value=0, max_digits=10, decimal_places=4)
    bill_charges_monthly = fields.Flag()
    bill_fixed_charges_monthly = fields.Flag()
    metadata = Metadata(allow_null=True)
    tax_codes = fields.ListOf(fields.Code())
    charges = fields.ListOf(ChargeInput())
    fixed_charges = fields.ListOf(FixedChargeInput())
    minimum_commitment = MinimumCommitmentInput(allow_null=True)
    cascade_updates = fields.Flag()
    usage_thresholds = fields.ListOf(UsageThresholdInput())
