"""Bodies of the commands on plans, charges and subscriptions."""

from typing import Any
from uuid import UUID

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput, InputField
from plans.models import OnTerminationCreditNote, OnTerminationInvoice, RegroupPaidFees
from plans.periods import BillingInterval, BillingTime

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


class MetricId(InputField):
    """A malformed id names no metric, as an unknown one does."""

    def to_internal_value(self, data: Any) -> UUID | None:
        try:
            return UUID(data)
        except (ValueError, TypeError, AttributeError):
            return None


class FilterValues(fields.FreeObject):
    """``{"key": ["value", …]}``; a number means its text (3-V5)."""

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        values = super().to_internal_value(data)
        if not all(isinstance(chosen, list) and all(map(_is_value, chosen)) for chosen in values.values()):
            self.fail("invalid")
        return {key: [str(value) for value in chosen] for key, chosen in values.items()}


def _is_value(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


class ChargeFilterInput(CommandInput):
    root_name = "filter"

    values = FilterValues(required=True)
    properties = fields.FreeObject(allow_null=True)
    invoice_display_name = fields.Text()


class ChargeInput(CommandInput):
    """What is mandatory depends on whether the charge exists already; the command knows."""

    root_name = "charge"

    id = fields.Text()
    billable_metric_id = MetricId()
    code = fields.Text()
    charge_model = fields.Text()
    properties = fields.FreeObject(allow_null=True)
    invoice_display_name = fields.Text()
    pay_in_advance = fields.Flag()
    invoiceable = fields.Flag()
    regroup_paid_fees = fields.Choice(RegroupPaidFees, allow_null=True)
    prorated = fields.Flag()
    accepts_target_wallet = fields.Flag()
    min_amount_cents = fields.Cents()
    tax_codes = fields.ListOf(fields.Code())
    filters = fields.ListOf(ChargeFilterInput())
    applied_pricing_unit = fields.FreeObject(allow_null=True)


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
    fixed_charges = fields.ListOf(fields.FreeObject())
    minimum_commitment = fields.FreeObject(allow_null=True)
    usage_thresholds = fields.ListOf(fields.FreeObject())


class SubscriptionOptionsInput(CommandInput):
    """What a new and a changed subscription have in common."""

    name = fields.Text()
    subscription_at = fields.Instant()
    ending_at = fields.Instant(allow_null=True)
    on_termination_credit_note = fields.Choice(OnTerminationCreditNote, allow_null=True)
    on_termination_invoice = fields.Choice(OnTerminationInvoice)
    consolidate_invoice = fields.Flag()
    purchase_order_number = fields.Text()
    plan_overrides = fields.FreeObject(allow_null=True)
    usage_thresholds = fields.ListOf(fields.FreeObject())
    fixed_charges = fields.ListOf(fields.FreeObject())


class NewSubscriptionInput(SubscriptionOptionsInput):
    root_name = "subscription"

    # What is not named is not found, rather than missing from the body.
    external_customer_id = fields.Text(default="")
    plan_code = fields.Text(default="")
    external_id = fields.Text(required=True, trim=True)
    billing_time = fields.Choice(BillingTime)
    billing_entity_code = fields.Text()
    activation_rules = fields.ListOf(fields.FreeObject())


class SubscriptionInput(SubscriptionOptionsInput):
    root_name = "subscription"
