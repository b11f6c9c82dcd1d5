"""Plans in the console, with an editor for their charges."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import csrf_protect_m
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import day, money
from billing_site.kernel.admin.scope import organization_of
from plans.admin.editor.affected import affected
from plans.admin.editor.context import editor_context
from plans.admin.editor.preview import checked
from plans.admin.entitlements import PLAN_ENTITLEMENTS
from plans.admin.plan_form import PlanForm, initial_values
from plans.admin.thresholds import PLAN_THRESHOLDS
from plans.models import Plan
from plans.services.plan import create_plan, delete_plan, update_plan


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
        PLAN_THRESHOLDS,
        PLAN_ENTITLEMENTS,
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
        return initial_values(row)

    def get_urls(self) -> list[URLPattern]:
        check = self.admin_site.admin_view(self.check_form)
        return [
            path("check/", check, name=self.url_name("check")),
            path("<uuid:plan_id>/check/", check, name=self.url_name("check_one")),
            *super().get_urls(),
        ]

    @csrf_protect_m
    def check_form(self, request: HttpRequest, plan_id: UUID | None = None) -> HttpResponse:
        """What is wrong with the prices on the page, and what they come to; nothing is saved."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.row_or_404(request, str(plan_id)) if plan_id else None
        form = cast(PlanForm, self.bound_form(request, row))
        answer = checked(form)
        return JsonResponse({**answer, "note": affected(form, row) if row else ""})

    def form_context(self, request: HttpRequest, form: Any, row: Any) -> dict[str, Any]:
        name, which = ("check_one", [row.pk]) if row else ("check", [])
        url = reverse(f"admin:{self.url_name(name)}", args=which)
        return {"editor": editor_context(form, check_url=url, attached=form.is_attached)}

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Plan:
        organization = organization_of(request)
        return create_plan(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: Plan, values: dict[str, Any]) -> Plan:
        return update_plan(plan=row, at=organization_of(request).now(), **values)
