"""Invoices without a subscription, through the product's own commands."""

from decimal import Decimal

from customers.models import Customer
from invoices.models import Invoice
from invoices.services.one_off import create_one_off_invoice
from plans.models import AddOn
from tests.support.fixed_charges import an_add_on


def an_invoice(customer: Customer, amount_cents: int = 10000, currency: str = "EUR") -> Invoice:
    """Issued now, of one fee without tax."""
    organization = customer.organization
    sold = AddOn.objects.filter(organization=organization).first() or an_add_on(organization)
    return create_one_off_invoice(
        organization=organization,
        external_customer_id=customer.external_id,
        currency=currency,
        fees=[{"add_on_code": sold.code, "unit_amount_cents": amount_cents, "units": Decimal(1)}],
        at=organization.now(),
    )
