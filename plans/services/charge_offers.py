"""What a metric can be priced with, found by asking the rules themselves."""

from typing import Any, TypedDict

from billing_site.kernel.errors import ValidationFailed
from plans.models import FIXED_CHARGE_MODELS, AddOn, Charge, FixedCharge
from plans.rating import ChargeModelName
from plans.services.charge_rules import settle_price
from plans.services.fixed_charge_rules import settle_fixed_price
from usage.models import BillableMetric


class Offer(TypedDict):
    """What one charge model may be combined with."""

    in_advance: bool
    prorated: bool
    prorated_in_advance: bool


def charge_offers(metric: BillableMetric) -> dict[str, Offer]:
    """By charge model; one that does not work with how the metric counts is not there."""
    return {model.value: _offer(metric, model) for model in ChargeModelName if _is_allowed(metric, model)}


def fixed_charge_offers() -> dict[str, Offer]:
    return {
        model.value: {
            "in_advance": _is_allowed_fixed(model, pay_in_advance=True),
            "prorated": _is_allowed_fixed(model, prorated=True),
            "prorated_in_advance": _is_allowed_fixed(model, prorated=True, pay_in_advance=True),
        }
        for model in FIXED_CHARGE_MODELS
    }


def _offer(metric: BillableMetric, model: ChargeModelName) -> Offer:
    return {
        "in_advance": _is_allowed(metric, model, pay_in_advance=True),
        "prorated": _is_allowed(metric, model, prorated=True),
        "prorated_in_advance": _is_allowed(metric, model, prorated=True, pay_in_advance=True),
    }


def _is_allowed(metric: BillableMetric, model: ChargeModelName, **options: Any) -> bool:
    try:
        settle_price(Charge(billable_metric=metric, charge_model=model, **options))
    except ValidationFailed:
        return False
    return True


def _is_allowed_fixed(model: ChargeModelName, **options: Any) -> bool:
    try:
        settle_fixed_price(FixedCharge(add_on=AddOn(), charge_model=model, **options))
    except ValidationFailed:
        return False
    return True
