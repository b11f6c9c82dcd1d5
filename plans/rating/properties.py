"""Charge properties: JSON to a typed price and back."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from billing_site.kernel.errors import ValidationFailed
from plans.rating.charge_model import ChargeModel, ChargeModelName
from plans.rating.dynamic import Dynamic
from plans.rating.graduated import Graduated
from plans.rating.graduated_percentage import GraduatedPercentage
from plans.rating.package import Package
from plans.rating.percentage import Percentage
from plans.rating.reader import Reader
from plans.rating.standard import Standard
from plans.rating.volume import Volume

_MODELS: dict[str, type[ChargeModel]] = {
    model.name: model for model in (Standard, Graduated, Volume, Package, Percentage, GraduatedPercentage, Dynamic)
}


def parse_properties(
    charge_model: str, properties: Mapping[str, Any] | None, *, path: str = "properties"
) -> ChargeModel:
    """The price that ``properties`` describe; without any, nothing is charged (M22).

    Amounts are JSON strings or numbers in currency units. Raises ``ValidationFailed`` with Lago's codes under
    ``path`` (``invalid_amount``, ``invalid_graduated_ranges``, ...), or under ``charge_model`` for an unknown model and
    for ``custom``, which needs the reference system's own code. Keys that the model does not have are dropped.
    """
    model = _model(charge_model)
    if properties is not None and not isinstance(properties, Mapping):
        raise ValidationFailed({path: ["value_is_invalid"]})
    try:
        return model.parse(Reader(_with_defaults(model, properties)))
    except ValidationFailed as refusal:
        raise ValidationFailed({path: refusal.details["properties"]}) from None


def default_properties(charge_model: str) -> dict[str, Any]:
    """The zero price of a charge created without properties (M22)."""
    return deepcopy(_model(charge_model).defaults)


def normalized(model: ChargeModel) -> dict[str, Any]:
    """JSON to store and to show: amounts as text with the digits that were written, bounds as numbers."""
    return {**model.properties(), **model.grouping.as_json()}


def _model(charge_model: str) -> type[ChargeModel]:
    try:
        return _MODELS[ChargeModelName(charge_model)]
    except ValueError:
        raise ValidationFailed(charge_model=["value_is_invalid"]) from None


def _with_defaults(model: type[ChargeModel], properties: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return properties or model.defaults
