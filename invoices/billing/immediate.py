"""Invoices that no period brings about: issued at once, without a grace period, coupons, credit notes or wallets."""

from collections.abc import Sequence
from datetime import datetime

from customers.models import Customer
from invoices.billing.credits import payables
from invoices.billing.dates import immediate_dates
from invoices.billing.drafts import FeeDraft, InvoiceDraft
from invoices.models import InvoiceType
from invoices.settlement import settle


def immediate_draft(
    customer: Customer,
    fees: Sequence[FeeDraft],
    *,
    invoice_type: InvoiceType,
    currency: str,
    at: datetime,
    net_payment_term: int | None = None,
) -> InvoiceDraft:
    """The settled draft of ``fees``: their taxes and nothing else (I9, 3-K7). The term is the customer's by default."""
    term = customer.applicable_net_payment_term if net_payment_term is None else net_payment_term
    settlement = settle(payables(fees))
    dates = immediate_dates(customer, at=at, fees_cents=settlement.fees_amount_cents, net_payment_term=term)
    return InvoiceDraft(
        customer=customer,
        jobs=(),
        currency=currency,
        invoice_type=invoice_type,
        fees=tuple(fees),
        settlement=settlement,
        usage_epoch=0,
        billed_at=at,
        net_payment_term=term,
        **dates._asdict(),
    )
