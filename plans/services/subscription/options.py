"""What can be agreed about a subscription besides who, what and under which id."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from billing_site.kernel.errors import ValidationFailed
from customers.queries import billing_entity_by_code
from plans.models import Plan, Subscription
from plans.services.fields import ThresholdFields
from plans.services.plan_override import PlanOverrides, override_plan

COLUMNS = (
    "name",
    "ending_at",
    "on_termination_credit_note",
    "on_termination_invoice",
    "consolidate_invoice",
    "purchase_order_number",
    "progressive_billing_disabled",
)


class SubscriptionOptions(TypedDict, total=False):
    """What may be said about a new subscription."""

    name: str
    billing_time: str
    subscription_at: datetime | None
    ending_at: datetime | None
    on_termination_credit_note: str | None
    on_termination_invoice: str
    consolidate_invoice: bool
    purchase_order_number: str
    billing_entity_code: str
    plan_overrides: PlanOverrides | None
    progressive_billing_disabled: bool
    usage_thresholds: Sequence[ThresholdFields]
    activation_rules: list[Any]
    fixed_charges: list[Any]


def set_options(subscription: Subscription, options: Mapping[str, Any]) -> None:
    """Raises ``NotFound`` for an unknown billing entity."""
    for name in COLUMNS:
        if name in options:
            setattr(subscription, name, options[name])
    if options.get("billing_entity_code"):
        subscription.billing_entity = billing_entity_by_code(subscription.organization, options["billing_entity_code"])


def own_plan(plan: Plan, options: Mapping[str, Any], at: datetime) -> Plan:
    """The plan, or a copy with the overrides of one subscription (S13)."""
    overrides = options.get("plan_overrides")
    return override_plan(plan, overrides, at).plan if overrides else plan


def check_end(subscription: Subscription, at: datetime) -> None:
    """A subscription ends after its start and in the future. Raises ``ValidationFailed``."""
    ending_at = subscription.ending_at
    if ending_at is not None and ending_at <= max(at, subscription.subscription_at):
        raise ValidationFailed(ending_at=["invalid_date"])
