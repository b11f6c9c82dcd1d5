"""At what price: plans, charges and the subscriptions to them."""

from plans.models.charge import Charge, ChargeFilter, RegroupPaidFees
from plans.models.plan import Plan
from plans.models.subscription import (
    OnTerminationCreditNote,
    OnTerminationInvoice,
    Subscription,
    SubscriptionStatus,
)

__all__ = [
    "Charge",
    "ChargeFilter",
    "OnTerminationCreditNote",
    "OnTerminationInvoice",
    "Plan",
    "RegroupPaidFees",
    "Subscription",
    "SubscriptionStatus",
]
