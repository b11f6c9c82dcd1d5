"""At what price: plans, charges and the subscriptions to them."""

from plans.models.charge import Charge, ChargeFilter, ChargeModelName, RegroupPaidFees
from plans.models.plan import Plan, PlanInterval
from plans.models.subscription import (
    BillingTime,
    OnTerminationCreditNote,
    OnTerminationInvoice,
    Subscription,
    SubscriptionStatus,
)

__all__ = [
    "BillingTime",
    "Charge",
    "ChargeFilter",
    "ChargeModelName",
    "OnTerminationCreditNote",
    "OnTerminationInvoice",
    "Plan",
    "PlanInterval",
    "RegroupPaidFees",
    "Subscription",
    "SubscriptionStatus",
]
