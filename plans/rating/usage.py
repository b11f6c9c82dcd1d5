"""What is to be priced: the units of one charge, filter and group in one period."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from billing_site.kernel.money import EXACT
from plans.rating.exact import ZERO
from usage.aggregation import ProratedEvent


class Usage(Struct, frozen=True):
    """Units and what some models must know besides them.

    ``units`` are priced; ``full_units`` are the whole ones when ``units`` is prorated (they choose the tier: 3-H6,
    and divide the unit amount: 3-C4). ``transactions`` are the events' values in order, for models of which
    ``needs_transactions`` is true; ``counted`` says instead that every unit is one event (count, unique count).
    ``precise_total_amount_cents`` is the sum that the events carried, in the smallest unit of ``currency`` (3-H12).
    """

    units: Decimal
    full_units: Decimal | None = None
    events_count: int = 0
    transactions: Sequence[Decimal] | None = None
    counted: bool = False
    prorated_events: Sequence[ProratedEvent] | None = None
    precise_total_amount_cents: Decimal = ZERO
    currency: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.units, Decimal):
            raise TypeError(f"units are Decimal, not {type(self.units).__name__}")

    @classmethod
    def of_transactions(cls, values: Sequence[Decimal]) -> "Usage":
        """The usage of a summed metric whose events had ``values``."""
        return cls(units=_total(values), events_count=len(values), transactions=values)

    @classmethod
    def of_prorated_events(cls, events: Sequence[ProratedEvent]) -> "Usage":
        """The usage of a prorated recurring metric, change by change in order of time."""
        return cls(
            units=_total([event.prorated_units for event in events]),
            full_units=_total([event.units for event in events]),
            events_count=len(events),
            prorated_events=events,
        )

    @property
    def whole_units(self) -> Decimal:
        return self.units if self.full_units is None else self.full_units


def _total(values: Sequence[Decimal]) -> Decimal:
    total = ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total
