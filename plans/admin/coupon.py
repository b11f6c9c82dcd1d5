"""Coupons in the console."""

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
from billing_site.kernel.admin.display import badge, instant, money
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.formatting import format_rate
from plans.admin.coupon_form import CouponForm, initial_values
from plans.models import AppliedCoupon, AppliedCouponStatus, Coupon
from plans.queries import coupons_for_wire
from plans.services.coupon import create_coupon, delete_coupon, terminate_coupon, update_coupon


def terminate(request: HttpRequest, coupon: Coupon, values: dict[str, Any]) -> str:
    terminate_coupon(coupon=coupon, at=organization_of(request).now())
    return f"{coupon.name} cannot be applied any more."


def delete(request: HttpRequest, coupon: Coupon, values: dict[str, Any]) -> HttpResponse:
    delete_coupon(coupon=coupon, at=organization_of(request).now())
    return go(request, reverse("admin:plans_coupon_changelist"))


def ends_with_it(request: HttpRequest, coupon: Coupon) -> str:
    running = AppliedCoupon.objects.filter(coupon=coupon, status=AppliedCouponStatus.ACTIVE).count()
    return f"{running} customer(s) lose it at once." if running else "No customer has it."


def discount(row: Coupon | AppliedCoupon) -> str:
    """``10%`` or ``€5.00``."""
    if row.percentage_rate is not None:
        return format_rate(row.percentage_rate, "en")
    return money(row.amount_cents or 0, row.amount_currency)


def how_often(row: Coupon | AppliedCoupon) -> str:
    return f"{row.frequency_duration} invoices" if row.frequency_duration else str(row.get_frequency_display()).lower()


@admin.register(Coupon)
class CouponAdmin(CatalogueAdmin):
    form_class = CouponForm
    list_display = ["name", "code", "takes_off", "frequency_shown", "limits", "until", "state"]
    list_filter = [("status", ChoicesDropdownFilter), ("coupon_type", ChoicesDropdownFilter)]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    ordering = ["-created_at", "-id"]
    empty_text = "No coupons yet. A coupon takes an amount or a percentage off the invoices of whom it is applied to."
    buttons = (
        Button(
            name="terminate",
            label="Terminate",
            command=terminate,
            confirm="It cannot be applied any more. Customers who have it keep it.",
            allowed=lambda coupon: coupon.is_active,
            variant=ActionVariant.DANGER,
        ),
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm=ends_with_it,
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Takes off")
    def takes_off(self, coupon: Coupon) -> str:
        return discount(coupon)

    @display(description="How often")
    def frequency_shown(self, coupon: Coupon) -> str:
        return how_often(coupon)

    @display(description="Only for")
    def limits(self, coupon: Coupon) -> str:
        plans = [plan.name for plan in coupon.plans.all()]
        return ", ".join([*plans, *(metric.name for metric in coupon.billable_metrics.all())])

    @display(description="Until")
    def until(self, coupon: Coupon) -> str:
        return instant(coupon.expiration_at)

    @display(description="State")
    def state(self, coupon: Coupon) -> str:
        return badge(coupon.status)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coupon]:
        return coupons_for_wire(super().get_queryset(request))

    def blank(self, request: HttpRequest) -> dict[str, Any]:
        return {"amount_currency": organization_of(request).default_currency, "reusable": True}

    def initial(self, row: Coupon) -> dict[str, Any]:
        return initial_values(row)

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Coupon:
        organization = organization_of(request)
        return create_coupon(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: Coupon, values: dict[str, Any]) -> Coupon:
        return update_coupon(coupon=row, at=organization_of(request).now(), **values)
