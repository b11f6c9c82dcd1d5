"""What the editor asks for, model by model. The script draws these; the parsers of ``plans.rating`` decide."""

from typing import NotRequired, TypedDict

from plans.models import FIXED_CHARGE_MODELS
from plans.rating import ChargeModelName, default_properties


class PriceField(TypedDict):
    """``kind``: money, percent, number or whole (no digits after the point)."""

    key: str
    label: str
    kind: str
    optional: NotRequired[bool]
    note: NotRequired[str]


class TierColumns(TypedDict):
    """The list of tiers, and what a unit costs in one."""

    key: str
    price: PriceField
    note: str


class PricedModel(TypedDict):
    value: str
    title: str
    note: NotRequired[str]
    fields: NotRequired[list[PriceField]]
    tiers: NotRequired[TierColumns]


def _field(key: str, label: str, kind: str = "money", *, optional: bool = False, note: str = "") -> PriceField:
    return {"key": key, "label": label, "kind": kind, "optional": optional, "note": note}


_PER_UNIT = _field("per_unit_amount", "Per unit")
_OF_EACH_TIER = "Every tier prices the units that fall into it; reached tiers add their flat amount."

MODELS: tuple[PricedModel, ...] = (
    {
        "value": ChargeModelName.STANDARD,
        "title": "Standard: one price for every unit",
        "fields": [_field("amount", "Price per unit")],
    },
    {
        "value": ChargeModelName.GRADUATED,
        "title": "Graduated: each tier prices its own units",
        "tiers": {"key": "graduated_ranges", "price": _PER_UNIT, "note": _OF_EACH_TIER},
    },
    {
        "value": ChargeModelName.VOLUME,
        "title": "Volume: the tier reached prices all units",
        "tiers": {
            "key": "volume_ranges",
            "price": _PER_UNIT,
            "note": "The tier that the usage reaches prices all units.",
        },
    },
    {
        "value": ChargeModelName.PACKAGE,
        "title": "Package: units are sold in packages",
        "fields": [
            _field("amount", "Price per package"),
            _field("package_size", "Units in a package", "whole"),
            _field("free_units", "Free units", "whole"),
        ],
    },
    {
        "value": ChargeModelName.PERCENTAGE,
        "title": "Percentage: a rate on amounts of money",
        "fields": [
            _field("rate", "Rate", "percent"),
            _field("fixed_amount", "Fixed amount per event", optional=True),
            _field("free_units_per_events", "Free events", "whole", optional=True),
            _field("free_units_per_total_aggregation", "Free amount", optional=True),
            _field("per_transaction_min_amount", "Minimum per event", optional=True),
            _field("per_transaction_max_amount", "Maximum per event", optional=True),
        ],
    },
    {
        "value": ChargeModelName.GRADUATED_PERCENTAGE,
        "title": "Graduated percentage: each tier has its own rate",
        "tiers": {
            "key": "graduated_percentage_ranges",
            "price": _field("rate", "Rate", "percent"),
            "note": _OF_EACH_TIER,
        },
    },
    {
        "value": ChargeModelName.DYNAMIC,
        "title": "Dynamic: the events bring their price",
        "note": "Each event says what it costs (precise_total_amount_cents); the fee is their sum.",
    },
)
FIXED_MODELS = tuple(model for model in MODELS if model["value"] in FIXED_CHARGE_MODELS)
# What a price starts with; the models do not use one name for two things.
FIRST_VALUES = {
    key: str(value)
    for model in MODELS
    for key, value in default_properties(model["value"]).items()
    if not isinstance(value, list)
}


def fields_of(charge_model: str) -> list[str]:
    """The keys of the fields that the editor has for a model."""
    fields = next((model.get("fields", []) for model in MODELS if model["value"] == charge_model), [])
    return [field["key"] for field in fields]
