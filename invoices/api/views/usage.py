"""Usage over the API: of the running period, as it will end, and of past periods."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.pagination import page_of, positive
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.prepared import Prepared
from customers.models import Customer
from customers.queries import customers_of
from invoices.api.usage_filter import usage_filter
from invoices.billing.past_usage import invoiced_periods, past_usage
from invoices.billing.projection import projected_usage
from invoices.billing.usage import current_usage
from invoices.wire.customer_usage import CustomerUsageWire, customer_usage_wire
from invoices.wire.past_usage import usage_periods_wire
from invoices.wire.projected_usage import CustomerProjectedUsageWire, customer_projected_usage_wire
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_terms

MOST_PERIODS = 1_000

_active_subscription = Prepared(
    lambda organization_id, external_customer_id, external_id: with_terms(
        Subscription.objects.filter(
            organization_id=organization_id,
            external_id=external_id,
            status=SubscriptionStatus.ACTIVE,
            customer__external_id=external_customer_id,
            customer__deleted_at__isnull=True,
        )
    ),
    organization_id=UUID,
    external_customer_id=str,
    external_id=str,
)


class UsageView(OrganizationAPIView):
    def customer(self, external_customer_id: str) -> Customer:
        return find(customers_of(self.organization), "customer", external_id=external_customer_id)

    def subscription(self, external_customer_id: str) -> Subscription:
        """404 for an unknown customer, 405 without an active subscription (3-E1)."""
        names = {
            "external_customer_id": external_customer_id,
            "external_id": self.parameter("external_subscription_id"),
        }
        found = _active_subscription.first(organization_id=self.organization.id, **names)
        if found is None:
            self.customer(external_customer_id)
            raise NotAllowed("no_active_subscription")
        return found

    def parameter(self, name: str) -> str:
        return self.request.query_params.get(name, "").replace("\0", "")

    @property
    def apply_taxes(self) -> bool:
        return self.parameter("apply_taxes") != "false"


class CurrentUsageView(UsageView):
    @operation("customer_usage", CustomerUsageWire)
    def get(self, request: Request, external_customer_id: str) -> Response:
        subscription = self.subscription(external_customer_id)
        wanted = usage_filter(request.query_params.dict())
        (statement,) = current_usage([subscription], at=self.at, apply_taxes=self.apply_taxes, wanted=wanted)
        return self.answer(customer_usage=customer_usage_wire(statement))


class ProjectedUsageView(UsageView):
    @operation("customer_projected_usage", CustomerProjectedUsageWire)
    def get(self, request: Request, external_customer_id: str) -> Response:
        subscription = self.subscription(external_customer_id)
        (projection,) = projected_usage([subscription], at=self.at, apply_taxes=self.apply_taxes)
        return self.answer(customer_projected_usage=customer_projected_usage_wire(projection))


class PastUsageView(UsageView):
    @operation("usage_periods", CustomerUsageWire, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        """``periods_count`` limits the answer to that many of the latest periods."""
        customer = self.customer(external_customer_id)
        periods = invoiced_periods(customer, self.parameter("external_subscription_id"))
        if count := positive(request.query_params.get("periods_count"), 0, MOST_PERIODS):
            periods = periods.filter(pk__in=list(periods.values_list("pk", flat=True)[:count]))
        page = page_of(periods, request.query_params)
        shown = past_usage(page.rows, billable_metric_code=self.parameter("billable_metric_code"))
        return Response({"usage_periods": usage_periods_wire(shown), "meta": page.meta()})
