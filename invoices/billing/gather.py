"""Load everything that a batch of jobs needs, in a number of queries that does not grow with the batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.errors import BillingError
from billing_site.kernel.prepared import Prepared
from invoices.billing.commitments import NO_COMMITMENTS, Commitments, load_commitments
from invoices.billing.drafts import BillingJob
from invoices.billing.fixed_charges import NO_FIXED_CHARGES, FixedCharges, load_fixed_charges
from invoices.billing.metering import Measurements, events_missing, reading_of
from invoices.billing.prices import PriceList
from invoices.billing.successions import Successions, load_successions
from invoices.billing.taxes import TaxBook, load_taxes
from plans.models import Charge, ChargeFilter
from usage.queries import current_epoch, gather_events, gather_usage
from usage.rollup import steady_epoch


@dataclass(frozen=True, slots=True)
class Gathered:
    """What rating reads: prices by plan, taxes, and the usage as it stood at ``usage_epoch`` (0: is only shown).

    ``unreadable`` says of a plan why its prices cannot be read; only its own subscribers fail for it.
    """

    prices: Mapping[UUID, tuple[PriceList, ...]]
    unreadable: Mapping[UUID, BillingError]
    taxes: TaxBook
    measured: Measurements
    fixed_charges: FixedCharges
    commitments: Commitments
    successions: Successions
    usage_epoch: int

    def prices_of(self, job: BillingJob) -> tuple[PriceList, ...]:
        plan_id = job.subscription.plan_id
        if plan_id in self.unreadable:
            raise self.unreadable[plan_id]
        return self.prices.get(plan_id, ())


def gather(jobs: Sequence[BillingJob], *, remade: Collection[UUID] = (), only_usage: bool = False) -> Gathered:
    """Jobs carry their subscription with ``plan``, ``customer`` and the customer's ``billing_entity`` loaded.

    ``remade`` are the invoices that the jobs are billed on again. ``only_usage``: for ``charge_fees`` alone.
    """
    charges = charges_by_plan({job.subscription.plan_id for job in jobs})
    prices, unreadable = _price_lists(charges)
    fixed_charges = NO_FIXED_CHARGES if only_usage else load_fixed_charges(jobs)
    commitments = NO_COMMITMENTS if only_usage else load_commitments(jobs, remade=remade)
    with _usage_as_of(jobs, only_usage=only_usage) as usage:
        measured = measure(jobs, prices, pending=usage.pending)
    return Gathered(
        prices=prices,
        unreadable=unreadable,
        taxes=load_taxes(
            chain.from_iterable(charges.values()),
            (job.subscription for job in jobs),
            commitments.by_plan.values(),
            chain.from_iterable(fixed_charges.by_plan.values()),
        ),
        fixed_charges=fixed_charges,
        commitments=commitments,
        successions=load_successions(jobs),
        measured=measured,
        usage_epoch=usage.epoch,
    )


class _AsOf(NamedTuple):
    epoch: int
    pending: bool


@contextmanager
def _usage_as_of(jobs: Sequence[BillingJob], *, only_usage: bool) -> Iterator[_AsOf]:
    """What is only looked at takes every event; what is billed those up to an epoch that the invoice keeps.

    Who bills rolls before, so that an event is either in that epoch or came later than the invoice.
    """
    if all(job.is_only_shown for job in jobs):
        # Usage that is shown alone is kept nowhere, and asked for all the time.
        yield _AsOf(0 if only_usage else current_epoch(), pending=True)
        return
    with steady_epoch() as epoch:
        yield _AsOf(epoch, pending=False)


def measure(jobs: Sequence[BillingJob], prices: Mapping[UUID, tuple[PriceList, ...]], *, pending: bool) -> Measurements:
    """The tallies of all jobs and charges in one statement, and in a second one the events where tallies don't do."""
    readings = [
        (listed, reading)
        for job in jobs
        for listed in prices.get(job.subscription.plan_id, ())
        if (reading := reading_of(job, listed)) is not None
    ]
    tallies = gather_usage(list({request for _, reading in readings for request in reading.tallied}), pending=pending)
    by_event = {reading.events for _, reading in readings if reading.events is not None}
    by_event |= {reading.tally for listed, reading in readings if events_missing(reading, listed, tallies)}
    return Measurements(tallies, gather_events(list(by_event), pending=pending) if by_event else {})


def _price_lists(
    charges: Mapping[UUID, tuple[Charge, ...]],
) -> tuple[dict[UUID, tuple[PriceList, ...]], dict[UUID, BillingError]]:
    prices: dict[UUID, tuple[PriceList, ...]] = {}
    unreadable: dict[UUID, BillingError] = {}
    for plan_id, of_plan in charges.items():
        try:
            prices[plan_id] = tuple(PriceList.of(charge) for charge in of_plan)
        except BillingError as refusal:
            unreadable[plan_id] = refusal
    return prices, unreadable


def charges_by_plan(plan_ids: Iterable[UUID]) -> dict[UUID, tuple[Charge, ...]]:
    """With their metrics and filters."""
    found: dict[UUID, list[Charge]] = defaultdict(list)
    for charge in _charges(plan_ids=list(plan_ids)):
        found[charge.plan_id].append(charge)
    filters: dict[UUID, list[ChargeFilter]] = defaultdict(list)
    own = {charge.id: charge for of_plan in found.values() for charge in of_plan}
    for one in _filters(charge_ids=list(own)):
        filters[one.charge_id].append(one)
    for key, charge in own.items():
        vars(charge)["_prefetched_objects_cache"] = {"filters": filters[key]}
    return {plan_id: tuple(of_plan) for plan_id, of_plan in found.items()}


_charges = Prepared(
    lambda plan_ids: (
        Charge.objects.filter(plan_id__in=plan_ids, deleted_at__isnull=True)
        .select_related("billable_metric")
        .order_by("created_at", "id")
    ),
    plan_ids=list,
)
_filters = Prepared(
    lambda charge_ids: ChargeFilter.objects.filter(charge_id__in=charge_ids, deleted_at__isnull=True).order_by(
        "created_at", "id"
    ),
    charge_ids=list,
)
