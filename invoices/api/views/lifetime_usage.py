"""The lifetime usage of a subscription over the API (S16)."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.errors import NotFound
from invoices.api.inputs.lifetime_usage import LifetimeUsageInput
from invoices.billing.progress import progress_of
from invoices.services.lifetime_usage import set_historical_usage
from invoices.wire.lifetime_usage import LifetimeUsageWire, lifetime_usage_wire
from plans.models import Subscription
from plans.queries import latest_subscriptions, with_applicable_thresholds, with_terms


class LifetimeUsageView(OrganizationAPIView):
    @operation("lifetime_usage", LifetimeUsageWire)
    def get(self, request: Request, external_id: str) -> Response:
        return self.shown(self.subscription(external_id))

    @operation("lifetime_usage", LifetimeUsageWire, takes=LifetimeUsageInput)
    def put(self, request: Request, external_id: str) -> Response:
        subscription = self.subscription(external_id)
        changes = self.arguments(LifetimeUsageInput)
        return self.shown(set_historical_usage(subscription=subscription, at=self.at, **changes))

    def subscription(self, external_id: str) -> Subscription:
        """The active one, or else the one that ended last."""
        named = latest_subscriptions(self.organization).filter(external_id=external_id)
        found = with_applicable_thresholds(with_terms(named)).first()
        if found is None:
            raise NotFound("lifetime_usage")
        return found

    def shown(self, subscription: Subscription) -> Response:
        progress = progress_of(subscription, at=self.at)
        shown = lifetime_usage_wire(progress.usage, progress.completions, progress.reached_at, at=self.at)
        return self.answer(lifetime_usage=shown)
