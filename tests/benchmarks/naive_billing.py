"""The billing run as one writes it first: each invoice on its own, with the ORM."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import round_half_up, to_cents
from customers.models import Tax
from invoices.models import DocumentSequence, Fee, FeeAppliedTax, Invoice, InvoiceAppliedTax, InvoiceSubscription
from plans.models import Charge, Subscription
from plans.periods import next_billing_at
from plans.queries import terms_of
from plans.rating import Usage, parse_properties, rate
from usage.models import UsageEvent


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
    start = subscription.started_at or at
    lines = [Line(None, Decimal(1), Decimal(plan.amount_cents) / 100)]
    for charge in plan.charges.all():
        units = _units(subscription, charge, start, at)
        price = parse_properties(charge.charge_model, charge.properties)
        lines.append(Line(charge, units, rate(price, Usage(units=units)).amount))
    fees_cents = sum(to_cents(line.amount, plan.amount_currency) for line in lines)
    tax_cents = int(round_half_up(sum(Decimal(fees_cents) * tax.rate_percent / 100 for tax in taxes)))
    invoice = _invoice(subscription, at, fees_cents, tax_cents)
    InvoiceSubscription.objects.create(
        invoice=invoice,
        subscription=subscription,
        invoicing_reason="subscription_periodic",
        billed_at=at,
        from_datetime=start,
        to_datetime=at,
        created_at=at,
    )
    for line in lines:
        _fee(invoice, subscription, line, taxes)
    for tax in taxes:
        InvoiceAppliedTax.objects.create(
            invoice=invoice, fees_amount_cents=fees_cents, amount_cents=tax_cents, **_tax_columns(tax, invoice)
        )
    # Computed as the run does, but not moved: the run bills the sample again.
    next_billing_at(terms_of(subscription), at)
    subscription.save()
    return invoice


def _units(subscription: Subscription, charge: Charge, start: datetime, end: datetime) -> Decimal:
    events = UsageEvent.objects.filter(
        stream__organization_id=subscription.organization_id,
        stream__external_subscription_id=subscription.external_id,
        code__code=charge.billable_metric.code,
        timestamp__gte=start,
        timestamp__lt=end,
    )
    return sum((Decimal(str(event.properties["value"])) for event in events), Decimal(0))


def _invoice(subscription: Subscription, at: datetime, fees_cents: int, tax_cents: int) -> Invoice:
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
        fees_amount_cents=fees_cents,
        sub_total_excluding_taxes_amount_cents=fees_cents,
        taxes_amount_cents=tax_cents,
        sub_total_including_taxes_amount_cents=fees_cents + tax_cents,
        total_amount_cents=fees_cents + tax_cents,
    )


def _fee(invoice: Invoice, subscription: Subscription, line: Line, taxes: list[Tax]) -> None:
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
        share = round_half_up(Decimal(cents) * tax.rate_percent / 100)
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
