"""The charges of a plan as the editor's cards: JSON that the page's script reads and writes."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from billing_site.kernel.errors import ValidationFailed
from plans.models import Charge
from plans.rating import ChargeModelName, parse_properties
from plans.services.fields import ChargeFields

MODEL_TITLES = {
    ChargeModelName.STANDARD: "Standard: one price for every unit",
    ChargeModelName.GRADUATED: "Graduated: each tier prices its own units",
    ChargeModelName.VOLUME: "Volume: the tier reached prices all units",
    ChargeModelName.PACKAGE: "Package: units are sold in packages",
}


def offered_models() -> list[dict[str, str]]:
    """What the editor has fields for."""
    return [{"value": model.value, "title": title} for model, title in MODEL_TITLES.items()]


def card(charge: Charge) -> dict[str, Any]:
    return {
        "id": str(charge.pk),
        "metric": str(charge.billable_metric_id),
        "model": charge.charge_model,
        "name": charge.invoice_display_name,
        "properties": charge.properties,
        "taxes": [tax.code for tax in charge.taxes.all() if tax.deleted_at is None],
    }


def charge_fields(cards: Iterable[Mapping[str, Any]]) -> list[ChargeFields]:
    """The cards as the commands take charges.

    Raises ``ValidationFailed`` keyed by ``charges.<index>.<field>`` for every card that cannot be priced.
    """
    wrong: dict[str, list[str]] = {}
    fields = [_fields(index, given, wrong) for index, given in enumerate(cards)]
    if wrong:
        raise ValidationFailed(wrong)
    return fields


def _fields(index: int, given: Mapping[str, Any], wrong: dict[str, list[str]]) -> ChargeFields:
    model, properties = str(given.get("model") or ""), given.get("properties") or {}
    try:
        parse_properties(model, properties)
    except ValidationFailed as refusal:
        wrong.update({f"charges.{index}.{name}": codes for name, codes in refusal.details.items()})
    metric = _uuid(given.get("metric"))
    if metric is None:
        wrong[f"charges.{index}.metric"] = ["value_is_mandatory"]
    return {
        "id": str(given["id"]) if given.get("id") else None,
        "billable_metric_id": metric or UUID(int=0),
        "charge_model": model,
        "properties": properties,
        "invoice_display_name": str(given.get("name") or ""),
        "tax_codes": [str(code) for code in given.get("taxes") or []],
    }


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
