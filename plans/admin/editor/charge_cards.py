"""Charges as cards, and back."""

from typing import Any
from uuid import UUID

from billing_site.kernel.admin.forms import in_units
from plans.admin.editor.card_reader import CardReader, read_code
from plans.models import Charge, ChargeFilter, RegroupPaidFees
from plans.services.fields import ChargeFields, FilterFields

ARREARS = "arrears"
# When usage is billed, in one choice: the fields of a charge that it stands for.
WHEN: dict[str, dict[str, Any]] = {
    ARREARS: {"pay_in_advance": False, "invoiceable": True, "regroup_paid_fees": None},
    "event": {"pay_in_advance": True, "invoiceable": True, "regroup_paid_fees": None},
    "event_alone": {"pay_in_advance": True, "invoiceable": False, "regroup_paid_fees": None},
    "event_regrouped": {
        "pay_in_advance": True,
        "invoiceable": False,
        "regroup_paid_fees": RegroupPaidFees.INVOICE.value,
    },
}
WHEN_TITLES = {
    ARREARS: "In arrears, on the invoice of the period",
    "event": "In advance: each event is invoiced at once",
    "event_alone": "In advance: a fee for each event, without invoice",
    "event_regrouped": "In advance: a fee for each event; paid ones go on one invoice at the period's end",
}


def charge_card(charge: Charge, currency: str) -> dict[str, Any]:
    """``charge`` comes with its metric, filters and taxes (``queries.live_charges``)."""
    return {
        "id": str(charge.pk),
        "metric": str(charge.billable_metric_id),
        "model": charge.charge_model,
        "code": charge.code,
        "name": charge.invoice_display_name,
        "when": _when(charge),
        "prorated": charge.prorated,
        "minimum": in_units(charge.min_amount_cents, currency) if charge.min_amount_cents else "",
        "properties": charge.properties,
        "taxes": [tax.code for tax in charge.taxes.all()],
        "filters": [_filter_card(each) for each in charge.filters.all()],
    }


def read_charge(card: CardReader, currency: str) -> ChargeFields:
    """As the commands take charges; still to be settled by the rules."""
    return {
        "id": card.text("id") or None,
        "billable_metric_id": card.id("metric") or UUID(int=0),
        "charge_model": card.text("model"),
        "properties": card.mapping("properties"),
        **read_code(card),
        "invoice_display_name": card.text("name"),
        **WHEN.get(card.text("when"), WHEN[ARREARS]),  # type: ignore[typeddict-item]
        "prorated": card.flag("prorated"),
        "min_amount_cents": card.cents("minimum", currency),
        "tax_codes": card.texts("taxes"),
        "filters": [_read_filter(each) for each in card.cards("filters")],
    }


def _when(charge: Charge) -> str:
    return next(name for name, fields in WHEN.items() if all(getattr(charge, key) == fields[key] for key in fields))


def _filter_card(charge_filter: ChargeFilter) -> dict[str, Any]:
    return {
        "values": charge_filter.values,
        "name": charge_filter.invoice_display_name,
        "properties": charge_filter.properties,
    }


def _read_filter(card: CardReader) -> FilterFields:
    values = {
        str(key): [value for value in chosen if isinstance(value, str)]
        for key, chosen in card.mapping("values").items()
        if isinstance(chosen, list)
    }
    return {
        "values": values,
        "properties": card.mapping("properties"),
        "invoice_display_name": card.text("name"),
    }
