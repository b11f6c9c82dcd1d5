"""Plans in the console, with an editor for their charges."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import day, money
from billing_site.kernel.admin.scope import organization_of
from plans.admin.charge_cards import offered_models
from plans.admin.plan_form import PlanForm, initial_values
from plans.models import Plan
from plans.queries import charges_of
from plans.services.plan import create_plan, delete_plan, update_plan
from usage.models import BillableMetric


def delete(request: HttpRequest, plan: Plan, values: dict[str, Any]) -> HttpResponse:
    delete_plan(plan=plan, at=organization_of(request).now())
    return go(request, reverse("admin:plans_plan_changelist"))


def ends_with_it(request: HttpRequest, plan: Plan) -> str:
    running = plan.subscriptions.filter(status__in=["active", "pending"])[:1000].count()
    return (
        f"{running} subscription(s) to it end now and get their last invoice."
        if running
        else "Nobody subscribes to it."
    )


@admin.register(Plan)
class PlanAdmin(CatalogueAdmin):
    form_class = PlanForm
    form_template = "admin/plan.html"
    list_display = ["name", "code", "price", "interval", "paid", "created"]
    list_filter = [("interval", ChoicesDropdownFilter)]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No plans yet. A plan has a price per interval and a charge for every metric it bills."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm=ends_with_it,
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Price")
    def price(self, plan: Plan) -> str:
        return money(plan.amount_cents, plan.amount_currency)

    @display(description="Paid")
    def paid(self, plan: Plan) -> str:
        return "in advance" if plan.pay_in_advance else "in arrears"

    @display(description="Since")
    def created(self, plan: Plan) -> str:
        return day(plan.created_at.date())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """Without the overrides of single subscriptions (P8)."""
        return super().get_queryset(request).filter(parent__isnull=True)

    def blank(self, request: HttpRequest) -> dict[str, Any]:
        return {"amount_currency": organization_of(request).default_currency}

    def initial(self, row: Plan) -> dict[str, Any]:
        return initial_values(row, list(charges_of(row).prefetch_related("taxes")))

    def form_context(self, request: HttpRequest, form: Any, row: Any) -> dict[str, Any]:
        metrics = BillableMetric.objects.filter(organization=organization_of(request), deleted_at__isnull=True)
        editor = {
            "cards": _shown_cards(form),
            "errors": form.charge_errors,
            "metrics": [{"id": str(metric.pk), "name": str(metric)} for metric in metrics.order_by("name")],
            "models": offered_models(),
            "attached": form.is_attached,
        }
        return {"editor": editor}

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Plan:
        organization = organization_of(request)
        return create_plan(organization=organization, at=organization.now(), **_with_codes(values))

    def update(self, request: HttpRequest, row: Plan, values: dict[str, Any]) -> Plan:
        return update_plan(plan=row, at=organization_of(request).now(), **_with_codes(values))


def _with_codes(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "tax_codes": [tax.code for tax in values["tax_codes"]]}


def _shown_cards(form: PlanForm) -> Any:
    """What the operator typed stays on the page, even if it was refused."""
    if not form.is_bound:
        return form.initial.get("charges") or []
    try:
        return json.loads(form.data.get("charges") or "[]")
    except ValueError:
        return []
