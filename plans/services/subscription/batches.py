"""Many subscriptions at a time: in batches, each locked customers first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from billing_site.kernel.locks import locked
from customers.models import Customer
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_terms

BATCH = 1000


def batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def locked_subscriptions(ids: Sequence[UUID], status: SubscriptionStatus) -> list[Subscription]:
    """Those that still have ``status`` once their customers, then they themselves, are locked."""
    customer_ids = Subscription.objects.filter(pk__in=ids).values("customer_id")
    locked(Customer.objects.filter(pk__in=customer_ids))
    return locked(with_terms(Subscription.objects.filter(pk__in=ids, status=status)))
