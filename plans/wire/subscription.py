"""A subscription on the wire."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from billing_site.kernel.api.wire import civil_date, instant, instant_ms, text
from plans.models import ActivationRule, Subscription, SubscriptionStatus
from plans.periods import current_period, next_period_date, wire_end
from plans.queries import applicable_thresholds, terms_of
from plans.wire.usage_threshold import UsageThresholdWire, usage_thresholds_wire


class CurrentPeriodWire(TypedDict):
    current_billing_period_started_at: str | None
    current_billing_period_ending_at: str | None


class SuccessionWire(TypedDict):
    previous_plan_code: str | None
    next_plan_code: str | None
    downgrade_plan_date: str | None


class ActivationRuleWire(TypedDict):
    lago_id: str
    type: str
    timeout_hours: int
    status: str
    expires_at: str | None
    created_at: str | None
    updated_at: str | None


class SubscriptionWire(CurrentPeriodWire, SuccessionWire):
    lago_id: str
    external_id: str
    lago_customer_id: str
    external_customer_id: str
    name: str | None
    plan_code: str
    plan_amount_cents: int
    plan_amount_currency: str
    status: str
    billing_time: str
    subscription_at: str | None
    subscription_date: str | None
    started_at: str | None
    activated_at: str | None
    trial_ended_at: str | None
    ending_at: str | None
    terminated_at: str | None
    canceled_at: str | None
    cancellation_reason: str | None
    created_at: str | None
    on_termination_credit_note: str | None
    on_termination_invoice: str
    consolidate_invoice: bool
    billing_entity_code: str
    purchase_order_number: str | None
    payment_method: dict[str, Any] | None
    applied_invoice_custom_sections: list[dict[str, Any]]
    activation_rules: list[ActivationRuleWire]
    progressive_billing_disabled: bool
    usage_thresholds: list[UsageThresholdWire]
    applicable_usage_thresholds: list[UsageThresholdWire]


def subscription_wire(subscription: Subscription, *, at: datetime) -> SubscriptionWire:
    """Wants ``queries.for_wire``; the current period is the one that contains ``at``."""
    plan, customer = subscription.plan, subscription.customer
    return {
        "lago_id": str(subscription.id),
        "external_id": subscription.external_id,
        "lago_customer_id": str(customer.id),
        "external_customer_id": customer.external_id,
        "name": text(subscription.name),
        "plan_code": plan.code,
        "plan_amount_cents": plan.amount_cents,
        "plan_amount_currency": plan.amount_currency,
        "status": subscription.status,
        "billing_time": subscription.billing_time,
        "subscription_at": instant(subscription.subscription_at),
        "subscription_date": civil_date(subscription.subscription_at.date()),
        "started_at": instant_ms(subscription.started_at),
        "activated_at": instant(subscription.activated_at),
        "trial_ended_at": instant(subscription.trial_ended_at),
        "ending_at": instant(subscription.ending_at),
        "terminated_at": instant(subscription.terminated_at),
        "canceled_at": instant(subscription.canceled_at),
        "cancellation_reason": text(subscription.cancellation_reason),
        "created_at": instant(subscription.created_at),
        "on_termination_credit_note": subscription.on_termination_credit_note,
        "on_termination_invoice": subscription.on_termination_invoice,
        "consolidate_invoice": subscription.consolidate_invoice,
        "billing_entity_code": subscription.issuer.code,
        "purchase_order_number": text(subscription.purchase_order_number),
        "payment_method": None,
        "applied_invoice_custom_sections": [],
        "activation_rules": [activation_rule_wire(rule) for rule in subscription.activation_rules.all()],
        "progressive_billing_disabled": subscription.progressive_billing_disabled,
        "usage_thresholds": usage_thresholds_wire(subscription.usage_thresholds.all()),
        "applicable_usage_thresholds": usage_thresholds_wire(applicable_thresholds(subscription)),
        **current_period_wire(subscription, at),
        **succession_wire(subscription, at),
    }


def subscriptions_wire(subscriptions: Iterable[Subscription], *, at: datetime) -> list[SubscriptionWire]:
    return [subscription_wire(subscription, at=at) for subscription in subscriptions]


def activation_rule_wire(rule: ActivationRule) -> ActivationRuleWire:
    return {
        "lago_id": str(rule.id),
        "type": rule.rule_type,
        "timeout_hours": rule.timeout_hours,
        "status": rule.status,
        "expires_at": instant(rule.expires_at),
        "created_at": instant(rule.created_at),
        "updated_at": instant(rule.updated_at),
    }


def current_period_wire(subscription: Subscription, at: datetime) -> CurrentPeriodWire:
    """The usage period that is running; nulls unless the subscription is active."""
    usage = current_period(terms_of(subscription), at).charges if is_active(subscription) else None
    return {
        "current_billing_period_started_at": instant(usage.start if usage else None),
        "current_billing_period_ending_at": instant(wire_end(usage) if usage else None),
    }


def succession_wire(subscription: Subscription, at: datetime) -> SuccessionWire:
    """The plans before and after this one; a scheduled downgrade waits for the end of the period (3-S15)."""
    previous = subscription.previous_subscription
    following = next(iter(subscription.next_subscriptions.all()), None)
    is_waiting = following is not None and is_active(subscription)
    return {
        "previous_plan_code": previous.plan.code if previous else None,
        "next_plan_code": following.plan.code if following else None,
        "downgrade_plan_date": civil_date(next_period_date(terms_of(subscription), at)) if is_waiting else None,
    }


def is_active(subscription: Subscription) -> bool:
    return subscription.status == SubscriptionStatus.ACTIVE
