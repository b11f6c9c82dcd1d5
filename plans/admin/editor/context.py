"""What the editor's script is told about the organization: metrics, add-ons, taxes and what can be combined."""

from functools import cache
from typing import Any

from django.urls import reverse

from billing_site.kernel.admin.forms import in_units
from customers.models import Organization
from customers.queries import taxes_of
from plans.admin.editor.charge_cards import WHEN_TITLES
from plans.admin.editor.form import EditorForm
from plans.admin.editor.model_fields import FIRST_VALUES, FIXED_MODELS, MODELS
from plans.models import AddOn
from plans.queries import add_ons_of
from plans.rating.filters import ALL_VALUES
from plans.services.charge_offers import Offer, charge_offers, fixed_charge_offers
from usage.aggregation import AggregationType
from usage.models import BillableMetric

# Metrics of which every unit is one event.
COUNTED = frozenset({AggregationType.COUNT, AggregationType.UNIQUE_COUNT})


def editor_context(form: EditorForm, *, check_url: str, attached: bool, complete: bool = True) -> dict[str, Any]:
    """``attached``: charges that exist keep what subscriptions were agreed on; ``complete``: others may be added."""
    organization = form.organization
    return {
        "charges": form.shown_cards("charges"),
        "fixed_charges": form.shown_cards("fixed_charges"),
        "errors": form.card_faults,
        "metrics": [_metric(each) for each in _metrics(organization)],
        "add_ons": [_add_on(each) for each in add_ons_of(organization).order_by("name")],
        "taxes": [{"code": tax.code, "name": str(tax)} for tax in taxes_of(organization).order_by("name")],
        "models": MODELS,
        "fixed_models": FIXED_MODELS,
        "fixed_offers": fixed_charge_offers(),
        "first_values": FIRST_VALUES,
        "when": [{"value": value, "title": title} for value, title in WHEN_TITLES.items()],
        "all_values": ALL_VALUES,
        "attached": attached,
        "complete": complete,
        "check_url": check_url,
        "add_on_url": reverse("admin:plans_addon_add"),
    }


def _metrics(organization: Organization) -> Any:
    return BillableMetric.objects.filter(organization=organization, deleted_at__isnull=True).order_by("name")


def _metric(metric: BillableMetric) -> dict[str, Any]:
    return {
        "id": str(metric.pk),
        "name": str(metric),
        "filters": metric.filters,
        "counted": metric.aggregation_type in COUNTED,
        "offers": _offers(AggregationType(metric.aggregation_type), metric.recurring),
    }


@cache
def _offers(aggregation_type: AggregationType, recurring: bool) -> dict[str, Offer]:
    return charge_offers(BillableMetric(aggregation_type=aggregation_type, recurring=recurring))


def _add_on(add_on: AddOn) -> dict[str, str]:
    currency = add_on.amount_currency
    return {
        "id": str(add_on.pk),
        "name": str(add_on),
        "price": in_units(add_on.amount_cents, currency),
        "currency": currency,
    }
