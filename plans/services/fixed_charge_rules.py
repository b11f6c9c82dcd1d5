"""Which fixed charges make sense (F3)."""

from billing_site.kernel.errors import ValidationFailed
from plans.models import FIXED_CHARGE_MODELS, FixedCharge
from plans.rating import ChargeModelName, normalized, parse_properties

# A fixed charge has no events whose properties could group it.
_GROUPS = frozenset({"pricing_group_keys", "presentation_group_keys", "grouped_by"})


def settle_fixed_price(fixed_charge: FixedCharge) -> None:
    """Bring ``properties`` into their stored form and refuse a fixed charge that cannot be billed.

    Raises ``ValidationFailed``: volume needs the units of the whole period, graduated tiers cannot take prorated parts
    of units in advance.
    """
    if not fixed_charge.charge_model:
        raise ValidationFailed(charge_model=["value_is_mandatory"])
    if fixed_charge.charge_model not in FIXED_CHARGE_MODELS:
        raise ValidationFailed(charge_model=["value_is_invalid"])
    price = {name: value for name, value in fixed_charge.properties.items() if name not in _GROUPS}
    fixed_charge.properties = normalized(parse_properties(fixed_charge.charge_model, price))
    if fixed_charge.pay_in_advance and fixed_charge.charge_model == ChargeModelName.VOLUME:
        raise ValidationFailed(pay_in_advance=["invalid_charge_model"])
    is_graduated = fixed_charge.charge_model == ChargeModelName.GRADUATED
    if fixed_charge.pay_in_advance and fixed_charge.prorated and is_graduated:
        raise ValidationFailed(prorated=["invalid_charge_model"])
