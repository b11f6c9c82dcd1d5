"""Sell add-ons once, on an invoice of their own (I9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from customers.models import Customer, Organization
from customers.queries import customers_of, taxes_with_codes
from invoices.billing.bill import lock_customers
from invoices.billing.immediate import immediate_draft
from invoices.billing.one_off import OneOffItem, OneOffPrices
from invoices.billing.record import record
from invoices.models import Invoice, InvoiceType
from plans.models import AddOn
from plans.queries import add_ons_of


class OneOffTerms(TypedDict, total=False):
    """``currency`` and ``net_payment_term`` (days) are the customer's by default."""

    currency: str
    net_payment_term: int
    purchase_order_number: str


@command
def create_one_off_invoice(
    *,
    organization: Organization,
    external_customer_id: str,
    fees: Sequence[OneOffItem] = (),
    at: datetime,
    **terms: Unpack[OneOffTerms],
) -> Invoice:
    """Bill add-ons at once: 3 units at 2.00 with 20 % tax are 7.20. No coupon, credit note or wallet is used.

    Raises ``NotFound`` (``customer``, ``fees``, ``add_on``, ``tax``) and ``ValidationFailed``.
    """
    customer = _locked_customer(organization, external_customer_id)
    add_ons = _add_ons(organization, [item["add_on_code"] for item in fees])
    taxes = taxes_with_codes(organization, {code for item in fees for code in item.get("tax_codes", [])})
    currency = terms.get("currency") or customer.currency or next(iter(add_ons.values())).amount_currency
    draft = immediate_draft(
        customer,
        OneOffPrices.load(customer, currency, add_ons, taxes).fees(fees),
        invoice_type=InvoiceType.ONE_OFF,
        currency=currency,
        at=at,
        net_payment_term=terms.get("net_payment_term"),
    )
    draft = replace(draft, purchase_order_number=terms.get("purchase_order_number", ""))
    (invoice_id,) = record([draft], at=at)
    return Invoice.objects.get(id=invoice_id)


def _locked_customer(organization: Organization, external_id: str) -> Customer:
    customer = customers_of(organization).filter(external_id=external_id).first()
    if customer is None:
        raise NotFound("customer")
    lock_customers([customer.id])
    return customer


def _add_ons(organization: Organization, codes: Sequence[str]) -> dict[str, AddOn]:
    if not codes:
        raise NotFound("fees")
    found = {add_on.code: add_on for add_on in add_ons_of(organization).filter(code__in=codes)}
    if any(code not in found for code in codes):
        raise NotFound("add_on")
    return found
