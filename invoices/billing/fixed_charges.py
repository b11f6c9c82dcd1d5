"""Fixed charges: so many units of an add-on for a period, priced without any event (3.8)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import round_half_up, to_cents, to_precise_cents
from invoices.billing.adjustments import adjusted, price_by
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.prices import parsed
from invoices.billing.taxes import TaxBook
from invoices.billing.unused_units import UnusedCents, unused_cents
from invoices.models import FeeType, InvoicingReason
from plans.models import FixedCharge
from plans.periods import current_period, days_left, last_date, local_date
from plans.queries import units_histories
from plans.queries.fixed_charge import Histories
from plans.rating import NOTHING, ChargeModel, Rated, Usage, fixed_usage, rate, units_by_days, units_segments

ZERO = Decimal(0)
# Digits of units that count for days (3-X1).
PRORATED_PLACES = 6
_PAID_AHEAD = frozenset({InvoicingReason.STARTING, InvoicingReason.PERIODIC})
_PAID_AFTERWARDS = frozenset({InvoicingReason.PERIODIC, InvoicingReason.TERMINATING})


@dataclass(frozen=True, slots=True)
class _Range:
    """The range that a fee pays for, and the length in days of the whole period that it lies in."""

    interval: Interval
    period_days: int


@dataclass(frozen=True, slots=True)
class FixedCharges:
    """The fixed charges of a batch by plan, and what was said of their units for each subscription."""

    by_plan: Mapping[UUID, Sequence[FixedCharge]]
    units: Mapping[UUID, Histories]
    unused: UnusedCents

    def fees(self, job: BillingJob, taxes: TaxBook) -> Iterator[FeeDraft]:
        for fixed_charge in self.by_plan.get(job.subscription.plan_id, ()):
            paid = self.paid_units(job, fixed_charge)
            if paid is not None:
                priced = PricedUnits(paid.usage.whole_units, paid.rated)
                fee = fixed_charge_fee(job, fixed_charge, paid.interval, priced, taxes)
                by_units = price_by(price_of(fixed_charge), paid.usage)
                yield adjusted(_less(fee, self.unused_cents_of(job, fixed_charge)), job, by_units)

    def paid_units(self, job: BillingJob, fixed_charge: FixedCharge) -> "PaidUnits | None":
        """None where the job bills nothing of the fixed charge."""
        paid = _range_of(job, fixed_charge)
        if paid is None:
            return None
        timezone = job.terms.timezone
        history = (self.units.get(job.subscription.id) or {}).get(fixed_charge.original_id, ())
        return PaidUnits(
            fixed_charge=fixed_charge,
            interval=paid.interval,
            changes=[
                (local_date(segment.interval.start, timezone).toordinal(), segment.units)
                for segment in units_segments(history, paid.interval)
            ],
            first_day=local_date(paid.interval.start, timezone).toordinal(),
            last_day=last_date(paid.interval, timezone).toordinal(),
            period_days=paid.period_days,
        )

    def unused_cents_of(self, job: BillingJob, fixed_charge: FixedCharge) -> Decimal:
        """What the former plan was paid for the same days of the same add-on (3-X3)."""
        if not (fixed_charge.pay_in_advance and fixed_charge.prorated):
            return ZERO
        return self.unused.get((job.subscription.id, fixed_charge.add_on_id), ZERO)


@dataclass(frozen=True, slots=True)
class PaidUnits:
    """The units of a range and their price; ``changes`` are (day number, units from that day on)."""

    fixed_charge: FixedCharge
    interval: Interval
    changes: Sequence[tuple[int, Decimal]]
    first_day: int
    last_day: int
    period_days: int

    @property
    def usage(self) -> Usage:
        return fixed_usage(
            self.changes,
            first_day=self.first_day,
            last_day=self.last_day,
            period_days=self.period_days,
            prorated=self.fixed_charge.prorated,
        )

    @property
    def rated(self) -> Rated:
        return rate(price_of(self.fixed_charge), self.usage)

    @property
    def by_days(self) -> list[tuple[Decimal, int]]:
        return units_by_days(self.changes, first_day=self.first_day, last_day=self.last_day)


def _less(fee: FeeDraft, paid_cents: Decimal) -> FeeDraft:
    """The fee without what is paid already, but never below nothing."""
    if not paid_cents:
        return fee
    precise_cents = max(fee.precise_amount_cents - paid_cents, ZERO)
    return replace(fee, precise_amount_cents=precise_cents, amount_cents=int(round_half_up(precise_cents)))


NO_FIXED_CHARGES = FixedCharges({}, {}, {})


def load_fixed_charges(jobs: Sequence[BillingJob]) -> FixedCharges:
    """Three statements for any number of jobs; one where no plan has fixed charges."""
    found = FixedCharge.objects.filter(
        plan_id__in={job.subscription.plan_id for job in jobs}, deleted_at__isnull=True
    ).select_related("add_on")
    by_plan: dict[UUID, list[FixedCharge]] = defaultdict(list)
    for fixed_charge in found.order_by("created_at", "id"):
        by_plan[fixed_charge.plan_id].append(fixed_charge)
    charged = {job.subscription.id for job in jobs if job.subscription.plan_id in by_plan}
    return FixedCharges(by_plan, units_histories(charged) if charged else {}, unused_cents(jobs) if charged else {})


class PricedUnits(NamedTuple):
    """Whole units, and what they cost for the days that they count."""

    units: Decimal
    rated: Rated


def price_of(fixed_charge: FixedCharge) -> ChargeModel:
    return parsed(fixed_charge.charge_model, fixed_charge.properties)


def added_units(job: BillingJob, fixed_charge: FixedCharge, added: Decimal) -> PricedUnits:
    """What more units cost for the rest of the running period: the price of the added ones alone (3-X2).

    Fewer units cost nothing and refund nothing, not even a first tier's flat amount.
    """
    if added <= 0:
        return PricedUnits(ZERO, NOTHING)
    units = added
    if fixed_charge.prorated:
        paid = job.boundaries.fixed_charges
        assert paid is not None, "a current period always has a range of fixed charges"
        days = days_left(job.billed_at, paid.end, job.terms.timezone)
        units = round_half_up(added * days / job.boundaries.fixed_charges_days, PRORATED_PLACES)
    return PricedUnits(added, rate(price_of(fixed_charge), Usage(units=units, full_units=added)))


def fixed_charge_fee(
    job: BillingJob, fixed_charge: FixedCharge, interval: Interval, priced: PricedUnits, taxes: TaxBook
) -> FeeDraft:
    subscription, currency = job.subscription, job.subscription.plan.amount_currency
    rated = priced.rated
    return FeeDraft(
        fee_type=FeeType.FIXED_CHARGE,
        item_id=fixed_charge.add_on_id,
        item_code=fixed_charge.add_on.code,
        item_name=fixed_charge.add_on.name,
        invoice_display_name=fixed_charge.display_name,
        subscription_id=subscription.id,
        fixed_charge_id=fixed_charge.id,
        interval=interval,
        units=priced.units,
        total_aggregated_units=priced.units,
        amount_cents=to_cents(rated.amount, currency),
        precise_amount_cents=to_precise_cents(rated.amount, currency),
        precise_unit_amount=rated.unit_amount,
        taxes=taxes.of_fixed_charge(fixed_charge, subscription),
        amount_details=rated.amount_details,
        pay_in_advance=fixed_charge.pay_in_advance,
    )


def _range_of(job: BillingJob, fixed_charge: FixedCharge) -> _Range | None:
    """The coming period in advance, the elapsed one in arrears (F3); who has ended pays nothing ahead (3-X4)."""
    due = job.boundaries.fixed_charges
    if fixed_charge.pay_in_advance:
        if job.reason not in _PAID_AHEAD or due is None:
            return None
        coming = current_period(job.terms, job.billed_at)
        assert coming.fixed_charges is not None, "a current period always has a range of fixed charges"
        return _Range(coming.fixed_charges, coming.fixed_charges_days)
    if job.reason not in _PAID_AFTERWARDS or due is None or due.is_empty:
        return None
    return _Range(due, job.boundaries.fixed_charges_days)
