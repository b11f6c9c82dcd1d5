"""Sell add-ons once, on an invoice of their own (I9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from customers.models import Customer, Organization
from customers.queries import billing_entity_by_code, customers_of, taxes_with_codes
from invoices.billing.bill import lock_customers
from invoices.billing.immediate import Terms, immediate_draft
from invoices.billing.one_off import OneOffItem, OneOffPrices
from invoices.billing.record import record
from invoices.billing.taxes import load_add_on_taxes, tax_rate
from invoices.models import Invoice, InvoiceType
from plans.models import AddOn
from plans.queries import add_ons_of


class OneOffTerms(TypedDict, total=False):
    """Currency, net payment term (days) and billing entity are the customer's by default."""

    currency: str
    net_payment_term: int
    purchase_order_number: str
    billing_entity_code: str


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

    Raises ``NotFound`` (``customer``, ``fees``, ``add_on``, ``tax``, ``billing_entity``) and ``ValidationFailed``.
    """
    customer = _locked_customer(organization, external_customer_id)
    add_ons = _add_ons(organization, [item["add_on_code"] for item in fees])
    code = terms.get("billing_entity_code")
    issuer = billing_entity_by_code(organization, code) if code else customer.billing_entity
    currency = terms.get("currency") or customer.currency or next(iter(add_ons.values())).amount_currency
    named = taxes_with_codes(organization, {code for item in fees for code in item.get("tax_codes", [])})
    taxes = load_add_on_taxes(add_ons.values(), customer, issuer)
    prices = OneOffPrices(customer, issuer, currency, add_ons, {tax.code: tax_rate(tax) for tax in named}, taxes)
    draft = immediate_draft(
        customer,
        prices.fees(fees),
        invoice_type=InvoiceType.ONE_OFF,
        currency=currency,
        at=at,
        terms=Terms(issuer, terms.get("net_payment_term"), terms.get("purchase_order_number", "")),
    )
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
