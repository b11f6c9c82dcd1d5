"""What someone sets by hand on a fee: its units, its unit price, its name (U9). Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from billing_site.kernel.money import EXACT


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``unit_amount`` is in currency units. None, and an empty name, leave what is computed."""

    units: Decimal | None = None
    unit_amount: Decimal | None = None
    invoice_display_name: str = ""

    @property
    def changes_the_amount(self) -> bool:
        return self.units is not None or self.unit_amount is not None


class Priced(NamedTuple):
    """``amount`` and ``unit_amount`` in currency units, unrounded."""

    units: Decimal
    unit_amount: Decimal
    amount: Decimal
    details: dict[str, Any]


def adjusted_price(adjustment: Adjustment, computed: Priced, price: Callable[[Decimal], Priced]) -> Priced:
    """``price`` is what units cost by the rules of the fee; a unit price set by hand takes its place.

    Units alone are priced like units that were used: 150 where the first 100 cost 0.10 and others 0.05 are 12.50. With
    a unit price of 0.20 they are 30.00. A unit price alone applies to the units that were counted.
    """
    if not adjustment.changes_the_amount:
        return computed
    units = computed.units if adjustment.units is None else adjustment.units
    if adjustment.unit_amount is None:
        return price(units)
    return at_unit_amount(units, adjustment.unit_amount)


def at_unit_amount(units: Decimal, unit_amount: Decimal) -> Priced:
    return Priced(units, unit_amount, EXACT.multiply(units, unit_amount), {})
