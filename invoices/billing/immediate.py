"""Invoices that no period brings about: issued at once, without a grace period, coupons, credit notes or wallets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from customers.models import BillingEntity, Customer
from invoices.billing.credits import payables
from invoices.billing.dates import Parties, immediate_dates
from invoices.billing.drafts import FeeDraft, InvoiceDraft
from invoices.models import InvoiceType
from invoices.settlement import settle


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be said about such an invoice; issuer and net payment term (days) are the customer's by default."""

    issuer: BillingEntity | None = None
    net_payment_term: int | None = None
    purchase_order_number: str = ""


def immediate_draft(
    customer: Customer,
    fees: Sequence[FeeDraft],
    *,
    invoice_type: InvoiceType,
    currency: str,
    at: datetime,
    terms: Terms = Terms(),
) -> InvoiceDraft:
    """The settled draft of ``fees``: their taxes and nothing else (I9, 3-K7)."""
    parties = Parties(customer, terms.issuer or customer.billing_entity)
    days = parties.net_payment_term if terms.net_payment_term is None else terms.net_payment_term
    settlement = settle(payables(fees))
    dates = immediate_dates(parties, at=at, fees_cents=settlement.fees_amount_cents, net_payment_term=days)
    return InvoiceDraft(
        customer=customer,
        issuer=parties.issuer,
        jobs=(),
        currency=currency,
        invoice_type=invoice_type,
        fees=tuple(fees),
        settlement=settlement,
        usage_epoch=0,
        billed_at=at,
        net_payment_term=days,
        purchase_order_number=terms.purchase_order_number,
        **dates._asdict(),
    )
