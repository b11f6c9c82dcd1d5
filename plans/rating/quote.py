"""What given units would cost, without a single event: for looking at a price before it is used. Pure."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.money import EXACT, to_cents, to_precise_cents
from plans.rating.charge_model import ChargeModel
from plans.rating.exact import ZERO
from plans.rating.minimums import charge_true_up_cents, commitment_true_up_cents
from plans.rating.rate import needs_transactions, rate
from plans.rating.rated import Rated
from plans.rating.usage import Usage

# Where every event is priced by itself; more of them say nothing more about a price.
MOST_EVENTS = 5_000


class Sample(NamedTuple):
    """``units`` that came with ``events_count`` events of one size; ``counted``: every unit is one event.

    ``event_amounts`` is the sum that the events carried, in currency units (3-H12).
    """

    units: Decimal
    events_count: int = 0
    event_amounts: Decimal = ZERO
    counted: bool = False


class PricedSample(NamedTuple):
    """``amount_cents`` is the one rounding of ``rated.amount``, as on a fee (3-C1)."""

    rated: Rated
    amount_cents: int


def price_sample(model: ChargeModel, sample: Sample, currency: str) -> PricedSample:
    """The fee of ``sample``: 150 units in packages of 100 at 5 EUR cost 1000 cents.

    Raises ``ValidationFailed`` where the events are priced one by one and are too many.
    """
    rated = rate(model, sample_usage(model, sample, currency))
    return PricedSample(rated, to_cents(rated.amount, currency))


def sample_usage(model: ChargeModel, sample: Sample, currency: str) -> Usage:
    events_count = int(sample.units.to_integral_value(ROUND_CEILING)) if sample.counted else sample.events_count
    is_by_event = needs_transactions(model)
    if is_by_event and events_count > MOST_EVENTS:
        raise ValidationFailed(events_count=["exceeded_limit"])
    return Usage(
        units=sample.units,
        events_count=events_count,
        transactions=_equal_parts(sample.units, events_count) if is_by_event and not sample.counted else None,
        counted=sample.counted,
        precise_total_amount_cents=to_precise_cents(sample.event_amounts, currency),
        currency=currency,
    )


class ChargeQuote(NamedTuple):
    """The fees of one charge, in cents, and its minimum for the period (3-H14)."""

    fees_cents: Sequence[int]
    minimum_cents: int = 0

    @property
    def true_up_cents(self) -> int:
        return charge_true_up_cents(self.minimum_cents, Decimal(sum(self.fees_cents)), billed_days=1, period_days=1)


class PlanQuote(NamedTuple):
    """What one whole period of a plan would cost before coupons and taxes, in cents."""

    plan_cents: int
    charges: Sequence[ChargeQuote]
    fixed_charges_cents: Sequence[int]
    commitment_cents: int = 0

    @property
    def fees_cents(self) -> int:
        usage = sum(sum(charge.fees_cents) + charge.true_up_cents for charge in self.charges)
        return self.plan_cents + usage + sum(self.fixed_charges_cents)

    @property
    def commitment_true_up_cents(self) -> int:
        """What all fees lack to the minimum commitment (3-Q1, 3-Q2)."""
        return commitment_true_up_cents(self.commitment_cents, self.fees_cents, billed_days=1, period_days=1)

    @property
    def total_cents(self) -> int:
        return self.fees_cents + self.commitment_true_up_cents


def _equal_parts(units: Decimal, count: int) -> list[Decimal]:
    """They add up to ``units``: the last one takes what dividing leaves."""
    if not count:
        return [units] if units else []
    part = EXACT.divide(units, Decimal(count))
    return [part] * (count - 1) + [EXACT.subtract(units, EXACT.multiply(part, Decimal(count - 1)))]
