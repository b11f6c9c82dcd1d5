"""Commands on subscriptions: from the first day to the last."""

from plans.services.subscription.activation import activate_due_subscriptions
from plans.services.subscription.creation import create_subscription
from plans.services.subscription.gate import cancel_expired_gates, open_gates
from plans.services.subscription.own_charges import (
    change_subscription_charge,
    change_subscription_fixed_charge,
    change_subscription_prices,
    create_subscription_filter,
    delete_subscription_filter,
    update_subscription_filter,
)
from plans.services.subscription.plan_change import switch_due_downgrades
from plans.services.subscription.schedule import reschedule_subscriptions, schedule_next_billing
from plans.services.subscription.termination import (
    cancel_subscription,
    end_subscriptions_of_customer,
    end_subscriptions_of_plan,
    terminate_ended_subscriptions,
    terminate_subscription,
)
from plans.services.subscription.termination_alert import alert_of_terminations
from plans.services.subscription.trial import end_due_trials
from plans.services.subscription.update import update_subscription

__all__ = [
    "activate_due_subscriptions",
    "alert_of_terminations",
    "cancel_expired_gates",
    "cancel_subscription",
    "change_subscription_charge",
    "change_subscription_fixed_charge",
    "change_subscription_prices",
    "create_subscription",
    "create_subscription_filter",
    "delete_subscription_filter",
    "end_due_trials",
    "end_subscriptions_of_customer",
    "end_subscriptions_of_plan",
    "open_gates",
    "reschedule_subscriptions",
    "schedule_next_billing",
    "switch_due_downgrades",
    "terminate_ended_subscriptions",
    "terminate_subscription",
    "update_subscription",
    "update_subscription_filter",
]
