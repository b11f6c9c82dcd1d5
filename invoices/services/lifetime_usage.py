"""Commands on the lifetime usage of subscriptions."""

from datetime import datetime

from billing_site.kernel.commands import command
from billing_site.kernel.locks import locked
from customers.models import Customer
from invoices.services.usage_activity import note_activity
from plans.models import Subscription
from plans.queries import with_applicable_thresholds, with_terms


@command
def set_historical_usage(
    *, subscription: Subscription, external_historical_usage_amount_cents: int, at: datetime
) -> Subscription:
    """Say what was used and billed elsewhere before (S16), in cents of the plan's currency."""
    locked(Customer.objects.filter(pk=subscription.customer_id))
    own = Subscription.objects.filter(pk=subscription.pk)
    (current,) = locked(with_applicable_thresholds(with_terms(own)))
    current.change(at=at, external_historical_usage_amount_cents=external_historical_usage_amount_cents)
    note_activity(subscriptions=own)
    return current
