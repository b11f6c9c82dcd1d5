"""What the views of a subscription's own charges share."""

from billing_site.kernel.api.views import OrganizationAPIView
from plans.models import Subscription, SubscriptionStatus
from plans.queries import subscription_by_external_id


class SubscriptionPartsView(OrganizationAPIView):
    def subscription(self, external_id: str) -> Subscription:
        """The active one unless ``?subscription_status=`` says otherwise."""
        status = self.request.query_params.get("subscription_status") or SubscriptionStatus.ACTIVE
        return subscription_by_external_id(self.organization, external_id, status)
