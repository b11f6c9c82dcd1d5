"""Commands that keep a customer out of billing runs for a while."""

from datetime import datetime

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Customer
from invoices.models import BillingHold


@command
def hold_customer(*, customer: Customer, reason: str, at: datetime) -> BillingHold:
    """Runs and the ends of grace periods pass the customer by. Raises ``ValidationFailed`` without a reason, or twice.

    What is asked for by hand, and what starts and ends of subscriptions cause, is billed all the same.
    """
    if not reason.strip():
        raise ValidationFailed(reason=["value_is_mandatory"])
    locked(Customer.objects.filter(pk=customer.pk))
    return BillingHold.objects.create(
        organization_id=customer.organization_id, customer=customer, reason=reason.strip(), created_at=at
    )


@command
def release_customer(*, customer: Customer, at: datetime) -> BillingHold:
    """The next run catches up, period by period. Raises ``NotFound`` when nothing holds the customer."""
    locked(Customer.objects.filter(pk=customer.pk))
    for hold in locked(BillingHold.objects.filter(customer=customer, released_at__isnull=True)):
        hold.change(at=at, released_at=at)
        return hold
    raise NotFound("billing_hold")
