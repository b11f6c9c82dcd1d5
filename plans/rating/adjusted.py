"""Units that someone sets by hand, as usage that any price can be applied to. Pure."""

from decimal import Decimal

from msgspec.structs import replace

from billing_site.kernel.money import EXACT
from plans.rating.exact import ZERO
from plans.rating.usage import Usage


def usage_of(usage: Usage, units: Decimal) -> Usage:
    """``usage`` with other units, which are priced whole: without days, and as one event where each would count.

    What events carried is taken in proportion: of 10 units that carried 5.00, 4 carry 2.00.
    """
    carried = usage.precise_total_amount_cents
    per_unit = EXACT.divide(carried, usage.whole_units) if usage.whole_units else ZERO
    return replace(
        usage,
        units=units,
        full_units=None,
        prorated_events=None,
        transactions=None if usage.transactions is None else (units,),
        precise_total_amount_cents=EXACT.multiply(per_unit, units),
    )
