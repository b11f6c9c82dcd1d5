"""Customers that runs leave alone: held and released on the customer's page, listed here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from customers.admin.bulk import BulkAction, bulk_action
from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from invoices.models import BillingHold
from invoices.services.billing_hold import hold_customer, release_customer
from invoices.services.bulk_holds import HOLD, RELEASE


class HoldForm(CommandForm):
    reason = forms.CharField(max_length=500, help_text="Whoever meets this later should understand it.")


def is_held(customer: Customer) -> bool:
    return BillingHold.objects.filter(customer=customer, released_at__isnull=True).exists()


def hold(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> str:
    hold_customer(customer=customer, at=organization_of(request).now(), **values)
    return f"{customer} is held: no invoice is made or finalized by itself until you release it."


def release(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> str:
    release_customer(customer=customer, at=organization_of(request).now())
    return f"{customer} is released. The next run bills what fell due meanwhile."


def release_held(request: HttpRequest, held: BillingHold, values: dict[str, Any]) -> str:
    return release(request, held.customer, values)


MAY_HOLD = "customers.change_customer"
PASSED_BY = "Runs pass them by until they are released. Usage is counted all the same."
CAUGHT_UP = "What fell due meanwhile is billed with the next run."
CustomerAdmin.buttons = [
    *CustomerAdmin.buttons,
    Button(
        name="hold",
        label="Hold billing",
        command=hold,
        form=HoldForm,
        confirm="Runs pass this customer by until you release it. Usage is counted all the same.",
        allowed=lambda customer: not is_held(customer),
        icon="pause",
    ),
    Button(
        name="release",
        label="Release billing",
        command=release,
        confirm=CAUGHT_UP,
        allowed=is_held,
        icon="play_arrow",
    ),
]
CustomerAdmin.row_actions = (
    *CustomerAdmin.row_actions,
    bulk_action(BulkAction(command=HOLD, permission=MAY_HOLD, question=PASSED_BY, form=HoldForm)),
    bulk_action(BulkAction(command=RELEASE, permission=MAY_HOLD, question=CAUGHT_UP)),
)


@admin.register(BillingHold)
class BillingHoldAdmin(ConsoleAdmin):
    list_display = ["customer_name", "reason", "state", "since"]
    list_display_links = ["customer_name"]
    list_select_related = ["customer"]
    empty_text = "Nobody is held. Hold a customer on its page, and runs pass it by until you release it."
    views = (("Held", {"released_at__isnull": "True"}), ("Released", {"released_at__isnull": "False"}), ("All", {}))
    buttons = (
        Button(
            name="release",
            label="Release",
            command=release_held,
            confirm=CAUGHT_UP,
            allowed=lambda held: held.released_at is None,
            icon="play_arrow",
        ),
    )

    @display(description="Customer")
    def customer_name(self, held: BillingHold) -> str:
        return held.customer.display_name

    @display(description="State")
    def state(self, held: BillingHold) -> str:
        return badge("released") if held.released_at else badge("pending", "held")

    @display(description="Since (UTC)")
    def since(self, held: BillingHold) -> str:
        return instant(held.created_at)

    def page_context(self, request: HttpRequest, row: BillingHold) -> dict[str, Any]:
        facts = [
            ("Customer", link(row.customer)),
            ("State", self.state(row)),
            ("Why", row.reason),
            ("Since (UTC)", instant(row.created_at)),
            ("Released (UTC)", instant(row.released_at)),
        ]
        return {"facts": facts}
