"""Routes of plans, charges and subscriptions. Codes may hold slashes: the longer route stands first."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from plans.api.views import (
    add_on,
    charge,
    charge_filter,
    coupon,
    entitlement,
    feature,
    fixed_charge,
    plan,
    plan_metadata,
    subscription,
    subscription_charge,
    subscription_fixed_charge,
)

urlpatterns = [
    path("add_ons", add_on.AddOnsView.as_view()),
    path("add_ons/<code:code>", add_on.AddOnView.as_view()),
    path("coupons", coupon.CouponsView.as_view()),
    path("coupons/<code:code>", coupon.CouponView.as_view()),
    path("features", feature.FeaturesView.as_view()),
    path("features/<code:code>/privileges/<code:privilege_code>", feature.PrivilegeView.as_view()),
    path("features/<code:code>", feature.FeatureView.as_view()),
    path("plans", plan.PlansView.as_view()),
    path("plans/<code:code>/charges", charge.PlanChargesView.as_view()),
    path("plans/<code:code>/charges/<code:charge_code>/filters", charge_filter.PlanChargeFiltersView.as_view()),
    path(
        "plans/<code:code>/charges/<code:charge_code>/filters/<str:filter_id>",
        charge_filter.PlanChargeFilterView.as_view(),
    ),
    path("plans/<code:code>/charges/<code:charge_code>", charge.PlanChargeView.as_view()),
    path("plans/<code:code>/fixed_charges", fixed_charge.PlanFixedChargesView.as_view()),
    path("plans/<code:code>/fixed_charges/<code:fixed_charge_code>", fixed_charge.PlanFixedChargeView.as_view()),
    path(
        "plans/<code:code>/entitlements/<code:feature_code>/privileges/<code:privilege_code>",
        entitlement.PlanPrivilegeView.as_view(),
    ),
    path("plans/<code:code>/entitlements/<code:feature_code>", entitlement.PlanEntitlementView.as_view()),
    path("plans/<code:code>/entitlements", entitlement.PlanEntitlementsView.as_view()),
    path("plans/<code:code>/metadata/<external_id:key>", plan_metadata.PlanMetadataKeyView.as_view()),
    path("plans/<code:code>/metadata", plan_metadata.PlanMetadataView.as_view()),
    path("plans/<code:code>", plan.PlanView.as_view()),
    path("subscriptions", subscription.SubscriptionsView.as_view()),
    path("subscriptions/<external_id:external_id>/charges", subscription_charge.SubscriptionChargesView.as_view()),
    path(
        "subscriptions/<external_id:external_id>/charges/<code:charge_code>/filters",
        subscription_charge.SubscriptionChargeFiltersView.as_view(),
    ),
    path(
        "subscriptions/<external_id:external_id>/charges/<code:charge_code>/filters/<str:filter_id>",
        subscription_charge.SubscriptionChargeFilterView.as_view(),
    ),
    path(
        "subscriptions/<external_id:external_id>/charges/<code:charge_code>",
        subscription_charge.SubscriptionChargeView.as_view(),
    ),
    path(
        "subscriptions/<external_id:external_id>/fixed_charges",
        subscription_fixed_charge.SubscriptionFixedChargesView.as_view(),
    ),
    path(
        "subscriptions/<external_id:external_id>/fixed_charges/<code:fixed_charge_code>",
        subscription_fixed_charge.SubscriptionFixedChargeView.as_view(),
    ),
    path(
        "subscriptions/<external_id:external_id>/entitlements/<code:feature_code>/privileges/<code:privilege_code>",
        entitlement.SubscriptionPrivilegeView.as_view(),
    ),
    path(
        "subscriptions/<external_id:external_id>/entitlements/<code:feature_code>",
        entitlement.SubscriptionEntitlementView.as_view(),
    ),
    path("subscriptions/<external_id:external_id>/entitlements", entitlement.SubscriptionEntitlementsView.as_view()),
    path("subscriptions/<external_id:external_id>", subscription.SubscriptionView.as_view()),
    path(
        "customers/<external_id:external_customer_id>/subscriptions", subscription.CustomerSubscriptionsView.as_view()
    ),
]
