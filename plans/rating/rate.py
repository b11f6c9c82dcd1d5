"""The price of usage."""

from decimal import Decimal, localcontext

from billing_site.kernel.money import EXACT
from plans.rating.charge_model import NOTHING, ChargeModel
from plans.rating.exact import ZERO, per_unit
from plans.rating.percentage import Percentage
from plans.rating.rated import Rated, difference
from plans.rating.standard import Standard
from plans.rating.usage import Usage


def rate(model: ChargeModel, usage: Usage) -> Rated:
    """The price of ``usage`` in currency units, unrounded; negative units bill nothing (3-G4).

    ``rate(parse_properties("standard", {"amount": "0.08"}), Usage(Decimal(100))).amount == 8``.
    Raises ``ValueError`` when the model needs transactions or a currency that ``usage`` lacks.
    """
    if usage.whole_units < 0:
        return NOTHING
    with localcontext(EXACT):
        return model.rated(model.steps(usage), usage)


def rate_in_advance(model: ChargeModel, including: Usage, excluding: Usage) -> Rated:
    """What one event adds: the price with it less the price without it, never below 0 (3-D1).

    Without earlier units the other side is 0, so that the first event also pays the first flat amount (3-D3).
    The unit amount is that of the added units.
    """
    with localcontext(EXACT):
        before = model.steps(excluding) if excluding.whole_units > 0 else ()
        after = model.steps(including) if including.whole_units >= 0 else ()
        steps = difference(after, before)
        amount = sum((step.amount for step in steps), ZERO)
        if amount < 0 or not steps:
            return NOTHING
        added = including.whole_units - max(excluding.whole_units, ZERO)
        return Rated(amount, per_unit(amount, added), model.details(steps), steps)


def rate_instantly(model: ChargeModel, units: Decimal) -> Decimal:
    """The price of one event taken alone, in currency units: nothing is free, limits hold, earlier usage is ignored.

    Only standard and percentage prices have one; others raise ``ValueError``.
    """
    with localcontext(EXACT):
        match model:
            case Standard(amount=amount):
                return max(units * amount, ZERO)
            case Percentage():
                return ZERO if units < 0 else model.amount_of_event(units)
    raise ValueError(f"no instant price for {model.name}")


def needs_transactions(model: ChargeModel) -> bool:
    """Whether the price depends on each event's value in order, not only on their sum."""
    return model.needs_transactions
