"""Customers."""

from datetime import datetime

from customers.models import Customer
from customers.queries import customers_of
from customers.webhooks import announce
from customers.wire.customer import customer_wire


def tell_of_customer(webhook_type: str, customer: Customer, *, at: datetime) -> None:
    announce(
        webhook_type,
        lambda: [customer_wire(customers_of(customer.organization).get(pk=customer.pk))],
        organization_id=customer.organization_id,
        at=at,
    )
