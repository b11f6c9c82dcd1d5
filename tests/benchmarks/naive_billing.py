"""The billing run as one writes it first: each invoice on its own, with the ORM."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import round_half_up, to_cents
from customers.models import Tax
from customers.webhooks import announce_final
from invoices.models import (
    Credit,
    DocumentSequence,
    Fee,
    FeeAppliedTax,
    Invoice,
    InvoiceAppliedTax,
    InvoiceSubscription,
    Wallet,
    WalletTransaction,
    WalletTransactionConsumption,
)
from plans.models import AppliedCoupon, Charge, Subscription
from plans.periods import next_billing_at
from plans.queries import terms_of
from plans.rating import Usage, parse_properties, rate
from usage.models import UsageEvent


class Sums(NamedTuple):
    """Of an invoice, in cents; ``off``: by a coupon."""

    fees: int
    off: int
    tax: int
    prepaid: int


class Line(NamedTuple):
    charge: Charge | None
    units: Decimal
    amount: Decimal


def bill_one_at_a_time(subscription_ids: Iterable[UUID], at: datetime) -> int:
    """The sum of the totals, in cents; each subscription's whole month before ``at`` in a transaction of its own."""
    total = 0
    for subscription_id in subscription_ids:
        with transaction.atomic():
            total += _bill(Subscription.objects.get(id=subscription_id), at).total_amount_cents
    return total


def _bill(subscription: Subscription, at: datetime) -> Invoice:
    plan, customer = subscription.plan, subscription.customer
    taxes = list(customer.billing_entity.taxes.all())
    coupon = AppliedCoupon.objects.filter(customer=customer, status="active").first()
    wallet = Wallet.objects.filter(customer=customer, status="active", balance_cents__gt=0).first()
    lines = _lines(subscription, at)
    fees_cents = sum(to_cents(line.amount, plan.amount_currency) for line in lines)
    sums = _sums(fees_cents, taxes, coupon, wallet)
    invoice = _invoice(subscription, at, sums)
    _period(invoice, subscription, at)
    for line in lines:
        _fee(invoice, subscription, line, taxes, Decimal(sums.off) / fees_cents)
    for tax in taxes:
        InvoiceAppliedTax.objects.create(
            invoice=invoice,
            fees_amount_cents=fees_cents - sums.off,
            amount_cents=sums.tax,
            **_tax_columns(tax, invoice),
        )
    if coupon:
        _take_off(coupon, invoice, sums.off)
    if wallet:
        _pay_from(wallet, invoice, sums.prepaid)
    announce_final("invoice.created", [invoice.id], organization_id=invoice.organization_id, at=at)
    # Computed as the run does, but not moved: the run bills the sample again.
    next_billing_at(terms_of(subscription), at)
    subscription.save()
    return invoice


def _lines(subscription: Subscription, at: datetime) -> list[Line]:
    plan, start = subscription.plan, subscription.started_at or at
    lines = [Line(None, Decimal(1), Decimal(plan.amount_cents) / 100)]
    for charge in plan.charges.all():
        units = _units(subscription, charge, start, at)
        price = parse_properties(charge.charge_model, charge.properties)
        lines.append(Line(charge, units, rate(price, Usage(units=units)).amount))
    return lines


def _sums(fees_cents: int, taxes: list[Tax], coupon: AppliedCoupon | None, wallet: Wallet | None) -> Sums:
    off = min(coupon.amount_cents or 0, fees_cents) if coupon else 0
    tax = int(round_half_up(sum(((fees_cents - off) * each.rate_percent / 100 for each in taxes), Decimal(0))))
    prepaid = min(wallet.balance_cents, fees_cents - off + tax) if wallet else 0
    return Sums(fees_cents, off, tax, prepaid)


def _period(invoice: Invoice, subscription: Subscription, at: datetime) -> None:
    InvoiceSubscription.objects.create(
        invoice=invoice,
        subscription=subscription,
        invoicing_reason="subscription_periodic",
        billed_at=at,
        from_datetime=subscription.started_at or at,
        to_datetime=at,
        created_at=at,
    )


def _take_off(coupon: AppliedCoupon, invoice: Invoice, cents: int) -> None:
    Credit.objects.create(
        invoice=invoice,
        applied_coupon=coupon,
        amount_cents=cents,
        amount_currency=invoice.currency,
        before_taxes=True,
        created_at=invoice.created_at,
    )


def _units(subscription: Subscription, charge: Charge, start: datetime, end: datetime) -> Decimal:
    events = UsageEvent.objects.filter(
        stream__organization_id=subscription.organization_id,
        stream__external_subscription_id=subscription.external_id,
        code__code=charge.billable_metric.code,
        timestamp__gte=start,
        timestamp__lt=end,
    )
    return sum((Decimal(str(event.properties["value"])) for event in events), Decimal(0))


def _pay_from(wallet: Wallet, invoice: Invoice, cents: int) -> None:
    granted = wallet.transactions.get(remaining_amount_cents__gt=0)
    paid = WalletTransaction(
        organization_id=wallet.organization_id,
        wallet=wallet,
        invoice=invoice,
        transaction_type="outbound",
        status="settled",
        transaction_status="invoiced",
        amount_cents=cents,
        credit_amount=wallet.credits(cents),
        settled_at=invoice.created_at,
        created_at=invoice.created_at,
    )
    WalletTransactionConsumption.objects.create(
        inbound=granted,
        outbound_id=paid.id,
        amount_cents=cents,
        credit_amount=wallet.credits(cents),
        reason="only",
        created_at=invoice.created_at,
    )
    paid.save(force_insert=True)


def _invoice(subscription: Subscription, at: datetime, sums: Sums) -> Invoice:
    customer = subscription.customer
    sequence, _ = DocumentSequence.objects.select_for_update().get_or_create(
        billing_entity=customer.billing_entity, customer=customer
    )
    sequence.last_number += 1
    sequence.save()
    return Invoice.objects.create(
        organization_id=subscription.organization_id,
        billing_entity=customer.billing_entity,
        customer=customer,
        invoice_type="subscription",
        status="finalized",
        number=f"X-{customer.sequential_id:03d}-{sequence.last_number:03d}",
        sequential_id=sequence.last_number,
        currency=subscription.plan.amount_currency,
        timezone=customer.applicable_timezone,
        issuing_date=at.date(),
        payment_due_date=at.date() + timedelta(days=customer.net_payment_term_with(customer.billing_entity)),
        billed_at=at,
        finalized_at=at,
        created_at=at,
        fees_amount_cents=sums.fees,
        coupons_amount_cents=sums.off,
        sub_total_excluding_taxes_amount_cents=sums.fees - sums.off,
        taxes_amount_cents=sums.tax,
        sub_total_including_taxes_amount_cents=sums.fees - sums.off + sums.tax,
        prepaid_credit_amount_cents=sums.prepaid,
        prepaid_granted_credit_amount_cents=sums.prepaid or None,
        prepaid_purchased_credit_amount_cents=0 if sums.prepaid else None,
        total_amount_cents=sums.fees - sums.off + sums.tax - sums.prepaid,
    )


def _fee(invoice: Invoice, subscription: Subscription, line: Line, taxes: list[Tax], off: Decimal) -> None:
    cents = to_cents(line.amount, invoice.currency)
    charge = line.charge
    item = charge.billable_metric if charge else subscription
    fee = Fee.objects.create(
        organization_id=invoice.organization_id,
        billing_entity_id=invoice.billing_entity_id,
        customer_id=invoice.customer_id,
        invoice=invoice,
        subscription=subscription,
        charge=charge,
        fee_type="charge" if charge else "subscription",
        item_id=item.id,
        item_code=charge.billable_metric.code if charge else subscription.plan.code,
        item_name=charge.billable_metric.name if charge else subscription.plan.name,
        units=line.units,
        amount_currency=invoice.currency,
        amount_cents=cents,
        created_at=invoice.created_at,
    )
    for tax in taxes:
        share = round_half_up(cents * (1 - off) * tax.rate_percent / 100)
        FeeAppliedTax.objects.create(fee=fee, amount_cents=int(share), **_tax_columns(tax, invoice))


def _tax_columns(tax: Tax, invoice: Invoice) -> dict[str, object]:
    return {
        "tax": tax,
        "tax_code": tax.code,
        "tax_name": tax.name,
        "tax_rate_percent": tax.rate_percent,
        "amount_currency": invoice.currency,
        "created_at": invoice.created_at,
    }
