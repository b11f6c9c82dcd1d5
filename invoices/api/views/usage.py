"""Usage that is not yet invoiced, over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from billing_site.kernel.errors import NotAllowed
from customers.queries import customers_of
from invoices.billing.usage import current_usage
from invoices.wire.customer_usage import CustomerUsageWire, customer_usage_wire
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_terms


class CurrentUsageView(OrganizationAPIView):
    @operation("customer_usage", CustomerUsageWire)
    def get(self, request: Request, external_customer_id: str) -> Response:
        subscription = self.subscription(external_customer_id)
        apply_taxes = request.query_params.get("apply_taxes") != "false"
        (statement,) = current_usage([subscription], at=self.at, apply_taxes=apply_taxes)
        return self.answer(customer_usage=customer_usage_wire(statement))

    def subscription(self, external_customer_id: str) -> Subscription:
        """404 for an unknown customer, 405 without an active subscription (3-E1)."""
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        active = with_terms(customer.subscriptions.filter(status=SubscriptionStatus.ACTIVE))
        external_id = self.request.query_params.get("external_subscription_id", "").replace("\0", "")
        found = active.filter(external_id=external_id).first()
        if found is None:
            raise NotAllowed("no_active_subscription")
        return found
