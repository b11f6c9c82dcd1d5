"""Coupons on a customer's page: what is applied, what is left of it, and where it was used."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.choices import currencies, with_empty
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, day, instant, link, money
from billing_site.kernel.admin.forms import AmountField, CommandForm, in_cents
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from invoices.models import Credit
from invoices.queries import applied_coupons_of
from invoices.wire.applied_coupon import remaining_cents
from plans.admin.coupon import discount, how_often
from plans.models import AppliedCoupon, AppliedCouponStatus, Coupon, CouponFrequency, CouponStatus
from plans.queries import live_coupons
from plans.services.applied_coupon import apply_coupon, terminate_applied_coupon

SHOWN = 100
AS_THE_COUPON = "As the coupon"


class ApplyForm(CommandForm):
    """Empty fields are as the coupon has them (K8)."""

    coupon = forms.ModelChoiceField(Coupon.objects.none())
    amount = AmountField(required=False, initial="", help_text="Empty: as the coupon.")
    amount_currency = forms.ChoiceField(
        label="Currency", required=False, choices=lambda: with_empty(currencies(), AS_THE_COUPON)
    )
    percentage_rate = forms.DecimalField(
        label="Percent", required=False, min_value=0, max_digits=12, decimal_places=5, help_text="Empty: as the coupon."
    )
    frequency = forms.ChoiceField(
        label="How often", required=False, choices=with_empty(CouponFrequency.choices, AS_THE_COUPON)
    )
    frequency_duration = forms.IntegerField(label="Invoices", required=False, min_value=1)

    def prepare(self) -> None:
        usable = live_coupons(self.organization).filter(status=CouponStatus.ACTIVE).order_by("name")
        self.fields["coupon"].queryset = usable  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        amount, coupon = values.pop("amount", None), values.get("coupon")
        currency = values.get("amount_currency") or (coupon.amount_currency if coupon else "")
        if amount and currency:
            try:
                values["amount_cents"] = in_cents(amount, currency)
            except forms.ValidationError as wrong:
                self.add_error("amount", wrong)
        return values


def apply(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> str:
    organization, coupon = organization_of(request), values.pop("coupon")
    apply_coupon(
        organization=organization,
        external_customer_id=customer.external_id,
        coupon_code=coupon.code,
        at=organization.now(),
        **values,
    )
    return f"{coupon.name} is applied. The next invoice uses it."


def remove(request: HttpRequest, applied: AppliedCoupon, values: dict[str, Any]) -> str:
    terminate_applied_coupon(applied_coupon=applied, at=organization_of(request).now())
    return "The coupon is taken off. Invoices that used it stay as they are."


@admin.register(AppliedCoupon)
class AppliedCouponAdmin(ConsoleAdmin):
    list_display = ["coupon_name", "customer_link", "takes_off", "left", "since", "state"]
    list_filter = [("status", ChoicesDropdownFilter)]
    search_fields = ["coupon__code", "coupon__name", "customer__external_id"]
    search_help_text = "Coupon or customer's external ID"
    empty_text = "No coupon is applied to anyone. Apply one on a customer's page."
    buttons = (
        Button(
            name="remove",
            label="Take off",
            command=remove,
            confirm="The customer's next invoices use it no more.",
            allowed=lambda applied: applied.status == AppliedCouponStatus.ACTIVE,
            variant=ActionVariant.DANGER,
        ),
    )
    page_template = "admin/applied_coupon.html"

    @display(description="Coupon")
    def coupon_name(self, applied: AppliedCoupon) -> str:
        return applied.coupon.name

    @display(description="Customer")
    def customer_link(self, applied: AppliedCoupon) -> str:
        return link(applied.customer)

    @display(description="Takes off")
    def takes_off(self, applied: AppliedCoupon) -> str:
        return discount(applied)

    @display(description="Left")
    def left(self, applied: AppliedCoupon) -> str:
        return what_is_left(applied)

    @display(description="Since")
    def since(self, applied: AppliedCoupon) -> str:
        return day(applied.created_at.date())

    @display(description="State")
    def state(self, applied: AppliedCoupon) -> str:
        return badge(applied.status)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppliedCoupon]:
        return applied_coupons_of(organization_of(request)).select_related("customer__billing_entity")

    def page_context(self, request: HttpRequest, row: AppliedCoupon) -> dict[str, Any]:
        facts = [
            ("State", badge(row.status)),
            ("Coupon", link(row.coupon)),
            ("Customer", link(row.customer)),
            ("Takes off", discount(row)),
            ("How often", how_often(row)),
            ("Left", what_is_left(row)),
            ("Applied", instant(row.created_at)),
            ("Ended", instant(row.terminated_at)),
        ]
        return {"facts": facts, "table": _uses(list(row.credits.all()))}


def what_is_left(applied: AppliedCoupon) -> str:
    """Of an amount, or of the number of invoices."""
    remaining = remaining_cents(applied)
    if remaining is not None:
        return money(remaining, applied.amount_currency)
    if applied.frequency_duration_remaining is not None:
        return f"{applied.frequency_duration_remaining} invoices"
    return ""


def _uses(credits: list[Credit]) -> Table:
    return Table(
        columns=("Invoice", "Issuing date", "State", "Taken off"),
        rows=[
            (
                link(credit.invoice),
                day(credit.invoice.issuing_date),
                badge(credit.invoice.status),
                money(credit.amount_cents, credit.amount_currency),
            )
            for credit in credits
        ],
        numbers={"Taken off"},
        empty="No invoice has used it yet.",
    )


def coupons_of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    rows = applied_coupons_of(customer.organization).filter(customer=customer)[:SHOWN]
    table = Table(
        columns=("Coupon", "Takes off", "How often", "Left", "Since", "State"),
        rows=[
            (
                link(applied, applied.coupon.name),
                discount(applied),
                how_often(applied),
                what_is_left(applied),
                day(applied.created_at.date()),
                badge(applied.status),
            )
            for applied in rows
        ],
        empty="No coupons. Apply one with the button above.",
    )
    return {"table": table}


CustomerAdmin.buttons.insert(
    0, Button(name="apply_coupon", label="Apply coupon", command=apply, form=ApplyForm, icon="redeem")
)
CustomerAdmin.tabs.append(
    Tab(
        name="coupons",
        title="Coupons",
        template="admin/tab_table.html",
        context=coupons_of_customer,
        permission="plans.view_appliedcoupon",
        position=40,
    )
)
