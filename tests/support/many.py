"""Many customers and subscriptions at once, for tests and benchmarks of batches."""

from datetime import datetime

from billing_site.kernel.ids import uuid7
from customers.models import Customer, Organization
from plans.models import Plan, Subscription, SubscriptionStatus
from plans.periods import next_billing_at
from plans.queries import terms_of


def many_subscriptions(organization: Organization, plan: Plan, count: int, *, started_at: datetime) -> None:
    """``count`` customers ``customer-0``, … with a subscription ``many-0``, … each, active since then."""
    organization.refresh_from_db()
    entity = organization.billing_entities.get(is_default=True)
    first = organization.last_customer_sequence + 1
    customers = [
        Customer(
            id=uuid7(),
            organization=organization,
            billing_entity=entity,
            external_id=f"customer-{number}",
            name=f"Customer {number}",
            sequential_id=first + number,
            currency=plan.amount_currency,
            created_at=started_at,
        )
        for number in range(count)
    ]
    subscriptions = [_subscription(customer, plan, number, started_at) for number, customer in enumerate(customers)]
    Customer.objects.bulk_create(customers, batch_size=5000)
    Subscription.objects.bulk_create(subscriptions, batch_size=5000)
    organization.change(at=started_at, last_customer_sequence=first + count)


def _subscription(customer: Customer, plan: Plan, number: int, started_at: datetime) -> Subscription:
    subscription = Subscription(
        id=uuid7(),
        organization=customer.organization,
        customer=customer,
        plan=plan,
        external_id=f"many-{number}",
        status=SubscriptionStatus.ACTIVE,
        subscription_at=started_at,
        started_at=started_at,
        created_at=started_at,
    )
    subscription.next_billing_at = next_billing_at(terms_of(subscription), started_at)
    return subscription
