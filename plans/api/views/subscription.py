"""Subscriptions over the API."""

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.queries import customers_of
from plans.api.filters import SubscriptionFilters
from plans.api.inputs.subscription import NewSubscriptionInput, SubscriptionInput
from plans.models import Subscription, SubscriptionStatus
from plans.queries import all_subscriptions, for_wire, reloaded_subscription, subscription_by_external_id
from plans.services.subscription import (
    cancel_subscription,
    create_subscription,
    terminate_subscription,
    update_subscription,
)
from plans.wire.subscription import SubscriptionWire, subscription_wire, subscriptions_wire


class SubscriptionsView(OrganizationAPIView):
    @operation("subscriptions", SubscriptionWire, filters=SubscriptionFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(SubscriptionFilters, for_wire(all_subscriptions(self.organization)))
        return self.page("subscriptions", found, partial(subscriptions_wire, at=self.at))

    @operation("subscription", SubscriptionWire, takes=NewSubscriptionInput)
    def post(self, request: Request) -> Response:
        options = self.arguments(NewSubscriptionInput)
        return answer(self, create_subscription(organization=self.organization, at=self.at, **options))


class SubscriptionView(OrganizationAPIView):
    @operation("subscription", SubscriptionWire)
    def get(self, request: Request, external_id: str) -> Response:
        return answer(self, self.subscription(external_id))

    @operation("subscription", SubscriptionWire, takes=SubscriptionInput)
    def put(self, request: Request, external_id: str) -> Response:
        subscription = self.subscription(external_id)
        changes = self.arguments(SubscriptionInput, updating=True)
        return answer(self, update_subscription(subscription=subscription, at=self.at, **changes))

    @operation("subscription", SubscriptionWire)
    def delete(self, request: Request, external_id: str) -> Response:
        subscription = self.subscription(external_id)
        if subscription.status in (SubscriptionStatus.PENDING, SubscriptionStatus.INCOMPLETE):
            return answer(self, cancel_subscription(subscription=subscription, at=self.at))
        options = {name: request.query_params.get(name) for name in TERMINATION_OPTIONS}
        return answer(self, terminate_subscription(subscription=subscription, at=self.at, **options))

    def subscription(self, external_id: str) -> Subscription:
        """The active one unless ``?status=`` says otherwise."""
        status = self.request.query_params.get("status") or SubscriptionStatus.ACTIVE
        return subscription_by_external_id(self.organization, external_id, status)


class CustomerSubscriptionsView(OrganizationAPIView):
    @operation("subscriptions", SubscriptionWire, filters=SubscriptionFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        named = for_wire(all_subscriptions(self.organization).filter(customer=customer))
        found = self.filtered(SubscriptionFilters, named)
        return self.page("subscriptions", found, partial(subscriptions_wire, at=self.at))


TERMINATION_OPTIONS = ("on_termination_credit_note", "on_termination_invoice")


def answer(view: OrganizationAPIView, subscription: Subscription) -> Response:
    shown = reloaded_subscription(subscription)
    return view.answer(subscription=subscription_wire(shown, at=view.at))
