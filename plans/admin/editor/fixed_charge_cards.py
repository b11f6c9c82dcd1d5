"""Fixed charges as cards, and back."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from plans.admin.editor.card_reader import CardReader, read_code
from plans.models import FixedCharge
from plans.rating import plain
from plans.services.fields import FixedChargeFields


def fixed_charge_card(fixed_charge: FixedCharge) -> dict[str, Any]:
    """``fixed_charge`` comes with its taxes (``queries.live_fixed_charges``)."""
    return {
        "id": str(fixed_charge.pk),
        "add_on": str(fixed_charge.add_on_id),
        "model": fixed_charge.charge_model,
        "code": fixed_charge.code,
        "name": fixed_charge.invoice_display_name,
        "units": shown_units(fixed_charge.units),
        "in_advance": fixed_charge.pay_in_advance,
        "prorated": fixed_charge.prorated,
        "properties": fixed_charge.properties,
        "taxes": [tax.code for tax in fixed_charge.taxes.all()],
        "at_once": False,
    }


def shown_units(units: Decimal) -> str:
    """As one would type them: ``5``, not ``5.0``."""
    return plain(units).removesuffix(".0")


def read_fixed_charge(card: CardReader) -> FixedChargeFields:
    """As the commands take fixed charges; still to be settled by the rules."""
    return {
        "id": card.text("id") or None,
        "add_on_id": card.id("add_on") or UUID(int=0),
        "charge_model": card.text("model"),
        "properties": card.mapping("properties"),
        **read_code(card),
        "units": card.units("units"),
        "invoice_display_name": card.text("name"),
        "pay_in_advance": card.flag("in_advance"),
        "prorated": card.flag("prorated"),
        "tax_codes": card.texts("taxes"),
        "apply_units_immediately": card.flag("at_once"),
    }
