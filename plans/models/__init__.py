"""At what price: plans, charges and the subscriptions to them."""

from plans.models.activation_rule import ActivationRule, ActivationRuleStatus, ActivationRuleType
from plans.models.add_on import AddOn
from plans.models.applied_coupon import AppliedCoupon, AppliedCouponStatus
from plans.models.charge import Charge, ChargeFilter, RegroupPaidFees
from plans.models.coupon import Coupon, CouponExpiration, CouponFrequency, CouponStatus, CouponType
from plans.models.feature import Entitlement, EntitlementValue, Feature, Privilege, PrivilegeType
from plans.models.fixed_charge import FIXED_CHARGE_MODELS, FixedCharge, FixedChargeUnits
from plans.models.minimum_commitment import MinimumCommitment
from plans.models.plan import Plan
from plans.models.subscription import (
    OnTerminationCreditNote,
    OnTerminationInvoice,
    Subscription,
    SubscriptionStatus,
)
from plans.models.usage_threshold import UsageThreshold

__all__ = [
    "FIXED_CHARGE_MODELS",
    "ActivationRule",
    "ActivationRuleStatus",
    "ActivationRuleType",
    "AddOn",
    "AppliedCoupon",
    "AppliedCouponStatus",
    "Charge",
    "ChargeFilter",
    "Coupon",
    "CouponExpiration",
    "CouponFrequency",
    "CouponStatus",
    "CouponType",
    "Entitlement",
    "EntitlementValue",
    "Feature",
    "FixedCharge",
    "FixedChargeUnits",
    "MinimumCommitment",
    "OnTerminationCreditNote",
    "OnTerminationInvoice",
    "Plan",
    "Privilege",
    "PrivilegeType",
    "RegroupPaidFees",
    "Subscription",
    "SubscriptionStatus",
    "UsageThreshold",
]
