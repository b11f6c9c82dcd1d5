"""Routes of plans, charges and subscriptions. Codes may hold slashes: the longer route stands first."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from plans.api.views import charge, charge_filter, plan, subscription

urlpatterns = [
    path("plans", plan.PlansView.as_view()),
    path("plans/<code:code>/charges", charge.PlanChargesView.as_view()),
    path("plans/<code:code>/charges/<code:charge_code>/filters", charge_filter.PlanChargeFiltersView.as_view()),
    path(
        "plans/<code:code>/charges/<code:charge_code>/filters/<str:filter_id>",
        charge_filter.PlanChargeFilterView.as_view(),
    ),
    path("plans/<code:code>/charges/<code:charge_code>", charge.PlanChargeView.as_view()),
    path("plans/<code:code>", plan.PlanView.as_view()),
    path("subscriptions", subscription.SubscriptionsView.as_view()),
    path("subscriptions/<external_id:external_id>", subscription.SubscriptionView.as_view()),
    path(
        "customers/<external_id:external_customer_id>/subscriptions", subscription.CustomerSubscriptionsView.as_view()
    ),
]
