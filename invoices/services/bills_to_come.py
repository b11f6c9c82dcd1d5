"""What is due on a day against the last cycle: who will be billed, how much, and what is unusual about it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Self
from uuid import UUID

from billing_site.kernel.money import round_half_up
from customers.models import Customer, Organization
from invoices.billing.drafts import InvoiceDraft
from invoices.billing.last_cycle import LastInvoice, last_invoices
from invoices.billing.preview import forecast
from invoices.models import BillingFailure, BillingHold, FeeType
from plans.models import Charge, Subscription
from plans.queries import due_within, next_plans_of, with_terms
from usage.rollup import roll

# Customers that are computed, compared and sorted together.
AT_ONCE = 500
TWICE, HALF = 2, Decimal("0.5")


class Unusual(Enum):
    """Why somebody may want to look before it is billed."""

    HELD = "held"
    SET_ASIDE = "set aside"
    FAILS = "cannot be billed"
    FIRST = "first bill"
    NO_USAGE = "no usage"
    TWICE = "twice as much"
    HALF = "half or less"
    CHANGES_PLAN = "changes plan"


@dataclass(frozen=True, slots=True)
class BillToCome:
    """A customer's next invoices in one currency; fees before discounts and taxes, ``total_cents`` what is to be paid.

    ``last_fees_cents`` is None where there was no bill before, ``reason`` says why it cannot be computed.
    """

    customer: Customer
    subscriptions: tuple[Subscription, ...]
    currency: str
    fees_cents: int
    total_cents: int
    last_fees_cents: int | None
    unusual: tuple[Unusual, ...] = ()
    reason: str = ""

    @property
    def change_cents(self) -> int:
        return self.fees_cents - (self.last_fees_cents or 0)

    @property
    def change_percent(self) -> Decimal | None:
        """None without a last cycle, or after one over nothing: 30.00 after 20.00 is 50."""
        if not self.last_fees_cents:
            return None
        return round_half_up(Decimal(100 * self.change_cents) / self.last_fees_cents, 1)


@dataclass(frozen=True, slots=True)
class BillsToCome:
    """``part`` counts from 1; ``has_more``: further customers are due that day."""

    bills: tuple[BillToCome, ...]
    part: int
    has_more: bool

    @property
    def totals(self) -> dict[str, int]:
        """What is to be paid, by currency; nothing of those who are passed by."""
        totals: dict[str, int] = defaultdict(int)
        for bill in self.bills:
            if Unusual.HELD not in bill.unusual:
                totals[bill.currency] += bill.total_cents
        return dict(totals)


def bills_to_come(
    *, organization: Organization, start: datetime | None, end: datetime, part: int = 1, at_once: int = AT_ONCE
) -> BillsToCome:
    """Of what is due before ``end`` (from ``start`` on) the ``part``-th ``at_once`` subscriptions, by customer.

    The largest change first. All that is due of a customer that day is taken together. A constant number of queries;
    only about ``at_once`` subscriptions are read, rated and settled at a time.
    """
    roll()
    first = (part - 1) * at_once
    # Along the index: ordering those of the same instant would sort all of a month's first.
    due = due_within(organization, start, end).order_by("next_billing_at")
    customer_ids = list(due.values_list("customer_id", flat=True)[first : first + at_once + 1])
    of_them = due_within(organization, start, end).filter(customer__in=set(customer_ids[:at_once]))
    subscriptions = list(with_terms(of_them).select_related("organization").order_by("customer_id", "created_at", "id"))
    bills = sorted(_bills(subscriptions), key=lambda bill: (-abs(bill.change_cents), str(bill.customer.pk)))
    return BillsToCome(tuple(bills), part, has_more=len(customer_ids) > at_once)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of the customers and subscriptions of a part, each loaded in one query."""

    last: Mapping[UUID, LastInvoice]
    held: frozenset[UUID]
    set_aside: frozenset[UUID]
    metered_plans: frozenset[UUID]
    changing: frozenset[UUID | None]
    reasons: Mapping[UUID, str]

    @classmethod
    def load(cls, subscriptions: Sequence[Subscription], reasons: Mapping[UUID, str]) -> Self:
        customers = {each.customer_id for each in subscriptions}
        holds = BillingHold.objects.filter(customer__in=customers, released_at__isnull=True)
        failures = BillingFailure.objects.filter(customer__in=customers, resolved_at__isnull=True)
        charges = Charge.objects.filter(plan__in={each.plan_id for each in subscriptions}, deleted_at__isnull=True)
        return cls(
            last=last_invoices([each.pk for each in subscriptions]),
            held=frozenset(holds.values_list("customer_id", flat=True)),
            set_aside=frozenset(failures.values_list("customer_id", flat=True)),
            metered_plans=frozenset(charges.values_list("plan_id", flat=True)),
            changing=frozenset(next_plans_of(subscriptions).values_list("previous_subscription_id", flat=True)),
            reasons=reasons,
        )


def _bills(subscriptions: Sequence[Subscription]) -> list[BillToCome]:
    outcome = forecast(subscriptions)
    facts = _Facts.load(subscriptions, outcome.failures)
    drafts: dict[tuple[UUID, str], list[InvoiceDraft]] = defaultdict(list)
    for draft in outcome.drafts:
        drafts[draft.customer.id, draft.currency].append(draft)
    due: dict[tuple[UUID, str], list[Subscription]] = defaultdict(list)
    for each in subscriptions:
        due[each.customer_id, each.plan.amount_currency].append(each)
    return [_bill(own, drafts[key], facts) for key, own in due.items()]


def _bill(own: Sequence[Subscription], drafts: Sequence[InvoiceDraft], facts: _Facts) -> BillToCome:
    customer = own[0].customer
    # Subscriptions that shared an invoice shared its amount.
    before = {last.invoice_id: last.fees_amount_cents for each in own if (last := facts.last.get(each.pk))}
    bill = BillToCome(
        customer=customer,
        subscriptions=tuple(own),
        currency=own[0].plan.amount_currency,
        fees_cents=sum(draft.settlement.fees_amount_cents for draft in drafts),
        total_cents=sum(draft.settlement.total_amount_cents for draft in drafts),
        last_fees_cents=sum(before.values()) if before else None,
        reason=facts.reasons.get(customer.pk, ""),
    )
    return replace(bill, unusual=tuple(_unusual(bill, drafts, facts)))


def _unusual(bill: BillToCome, drafts: Sequence[InvoiceDraft], facts: _Facts) -> Iterator[Unusual]:
    if bill.customer.pk in facts.held:
        yield Unusual.HELD
    if bill.customer.pk in facts.set_aside:
        yield Unusual.SET_ASIDE
    if bill.reason:
        yield Unusual.FAILS
        return
    if any(each.plan_id in facts.metered_plans for each in bill.subscriptions) and not _has_usage(drafts):
        yield Unusual.NO_USAGE
    if any(each.pk in facts.changing for each in bill.subscriptions):
        yield Unusual.CHANGES_PLAN
    yield from _compared(bill)


def _compared(bill: BillToCome) -> Iterator[Unusual]:
    if bill.last_fees_cents is None:
        yield Unusual.FIRST
    elif bill.last_fees_cents and bill.fees_cents >= TWICE * bill.last_fees_cents:
        yield Unusual.TWICE
    elif bill.last_fees_cents and bill.fees_cents <= HALF * bill.last_fees_cents:
        yield Unusual.HALF


def _has_usage(drafts: Sequence[InvoiceDraft]) -> bool:
    return any(fee.fee_type == FeeType.CHARGE and (fee.units or fee.events_count) for d in drafts for fee in d.fees)
