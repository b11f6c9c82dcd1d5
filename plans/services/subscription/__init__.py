"""Commands on subscriptions: from the first day to the last."""

from plans.services.subscription.activation import activate_due_subscriptions
from plans.services.subscription.creation import create_subscription
from plans.services.subscription.schedule import reschedule_subscriptions, schedule_next_billing
from plans.services.subscription.termination import (
    cancel_subscription,
    end_subscriptions_of_customer,
    end_subscriptions_of_plan,
    terminate_ended_subscriptions,
    terminate_subscription,
)
from plans.services.subscription.update import update_subscription

__all__ = [
    "activate_due_subscriptions",
    "cancel_subscription",
    "create_subscription",
    "end_subscriptions_of_customer",
    "end_subscriptions_of_plan",
    "reschedule_subscriptions",
    "schedule_next_billing",
    "terminate_ended_subscriptions",
    "terminate_subscription",
    "update_subscription",
]
