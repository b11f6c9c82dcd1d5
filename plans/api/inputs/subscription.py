"""The bodies of a new and of a changed subscription."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.api.inputs.plan_overrides import PlanOverridesInput
from plans.api.inputs.usage_threshold import UsageThresholdInput
from plans.models import ActivationRuleType, OnTerminationCreditNote, OnTerminationInvoice
from plans.periods import BillingTime


class SubscriptionOptionsInput(CommandInput):
    """What a new and a changed subscription have in common."""

    name = fields.Text()
    subscription_at = fields.Instant()
    ending_at = fields.Instant(allow_null=True)
    on_termination_credit_note = fields.Choice(OnTerminationCreditNote, allow_null=True)
    on_termination_invoice = fields.Choice(OnTerminationInvoice)
    consolidate_invoice = fields.Flag()
    purchase_order_number = fields.Text()
    plan_overrides = PlanOverridesInput(allow_null=True)
    progressive_billing_disabled = fields.Flag()
    usage_thresholds = fields.ListOf(UsageThresholdInput())
    fixed_charges = fields.ListOf(fields.FreeObject())


class ActivationRuleInput(CommandInput):
    type = fields.Choice(ActivationRuleType, required=True)
    timeout_hours = fields.Whole(min_value=0, max_value=24 * 365)


class NewSubscriptionInput(SubscriptionOptionsInput):
    root_name = "subscription"

    # What is not named is not found, rather than missing from the body.
    external_customer_id = fields.Text(default="")
    plan_code = fields.Text(default="")
    external_id = fields.Text(required=True, trim=True)
    billing_time = fields.Choice(BillingTime)
    billing_entity_code = fields.Text()
    activation_rules = fields.ListOf(ActivationRuleInput())


class SubscriptionInput(SubscriptionOptionsInput):
    root_name = "subscription"
