"""Fees of events that are only supposed; nothing of them is stored (V11, V12)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from invoices.billing.compute import draft_of
from invoices.billing.credits import CreditBook
from invoices.billing.drafts import InvoiceDraft
from invoices.billing.event_fees import EventJob, draft_event_fees, event_jobs
from invoices.billing.unstored import unstored_fees
from invoices.billing.usage_fee import PricedUsage, usage_fee
from invoices.models import Fee
from plans.models import Charge, Subscription
from plans.rating import ChargeModelName, Rated, rate_instantly
from usage.aggregation import AggregationType, EventValue
from usage.queries import FlushedEvent, current_epoch

ZERO, ONE = Decimal(0), Decimal(1)
_INSTANT = frozenset({ChargeModelName.STANDARD, ChargeModelName.PERCENTAGE})
_ONE_UNIT = frozenset({AggregationType.COUNT, AggregationType.UNIQUE_COUNT})


def supposed_jobs(
    events: Sequence[FlushedEvent], subscriptions: Sequence[Subscription], *, at: datetime, instant: bool = False
) -> list[EventJob]:
    """The charges paid in advance that would price the events; ``instant``: without looking at earlier usage."""
    jobs = event_jobs(events, subscriptions, at=at)
    return [each for each in jobs if not instant or each.listed.charge.charge_model in _INSTANT]


def estimated_fees(jobs: Sequence[EventJob], events: Sequence[FlushedEvent], *, at: datetime) -> list[Fee]:
    """What the events would add to all usage before them, with taxes: the fees of ``charge_events``, not stored."""
    return _unstored(jobs, draft_event_fees(jobs, CreditBook.empty(), epoch=current_epoch(), supposed=events), at)


def instant_fees(jobs: Sequence[EventJob], events: Sequence[FlushedEvent], *, at: datetime) -> list[Fee]:
    """Each event taken alone: nothing is free, and no tax."""
    by_sequence = {event.value.sequence: event for event in events}
    own = ((each, by_sequence[sequence]) for each in jobs for sequence in each.transaction_ids)
    drafts = (_instant_draft(*pair) for pair in sorted(own, key=lambda pair: pair[1].value.sequence))
    return _unstored(jobs, drafts, at)


def _instant_draft(each: EventJob, event: FlushedEvent) -> InvoiceDraft:
    (priced,) = _instantly_priced(each, event)
    fee = usage_fee(each.job, each.listed.charge, priced, taxes=())
    fee = replace(fee, pay_in_advance=True, event_transaction_id=event.transaction_id)
    return draft_of([each.job], [fee], CreditBook.empty(), epoch=0)


def _instantly_priced(each: EventJob, event: FlushedEvent) -> Iterator[PricedUsage]:
    for price, groups in each.listed.split([(event.dimension, event.value)]):
        for group, (value,) in groups.items():
            units = _units(each, value)
            amount = rate_instantly(price.model, units)
            yield PricedUsage(price, group, units, units, 1, Rated(amount, amount / units if units else ZERO, {}, ()))


def _units(each: EventJob, value: EventValue) -> Decimal:
    return ONE if each.listed.metric.aggregation_type in _ONE_UNIT else value.value or ZERO


def _unstored(jobs: Sequence[EventJob], drafts: Iterator[InvoiceDraft], at: datetime) -> list[Fee]:
    charges: dict[object, Charge] = {each.listed.charge.id: each.listed.charge for each in jobs}
    return [fee for draft in drafts for fee in unstored_fees(draft, charges, at=at)]
