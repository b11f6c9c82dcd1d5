"""Subscriptions in the console."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import badge, instant, link, money
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.tabs import Tab, tab_context
from plans.admin.entitlements import SUBSCRIPTION_ENTITLEMENTS
from plans.admin.plan_change import CHANGE_PLAN
from plans.admin.subscription_form import AgreementForm, SubscriptionForm, TerminationForm
from plans.admin.thresholds import SUBSCRIPTION_THRESHOLDS
from plans.models import Subscription, SubscriptionStatus
from plans.queries import NOT_ENDED
from plans.services.subscription import (
    cancel_subscription,
    create_subscription,
    terminate_subscription,
    update_subscription,
)

NOT_ACTIVE_YET = (SubscriptionStatus.PENDING, SubscriptionStatus.INCOMPLETE)


def terminate(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    at = organization_of(request).now()
    terminate_subscription(subscription=subscription, at=at, **values)
    return f"{subscription} is terminated."


def cancel(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    cancel_subscription(subscription=subscription, at=organization_of(request).now())
    return f"{subscription} is canceled."


def edit(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    changed = update_subscription(subscription=subscription, at=organization_of(request).now(), **values)
    return f"{changed} is saved."


def prices(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> HttpResponse:
    return go(request, reverse("admin:own_prices", args=[subscription.pk]))


@admin.register(Subscription)
class SubscriptionAdmin(CatalogueAdmin):
    """Apps further right put their tabs on the page."""

    form_class = SubscriptionForm
    page_template = "admin/tabbed_page.html"
    list_display = ["named", "customer_link", "plan_link", "state", "started", "next_billing"]
    list_filter = [("status", ChoicesDropdownFilter), ("billing_time", ChoicesDropdownFilter)]
    list_select_related = ["customer", "plan"]
    search_fields = ["external_id"]
    search_help_text = "External ID"
    ordering = ["-created_at", "-id"]
    empty_text = "No subscriptions yet. A subscription puts a customer on a plan; its ID is what events name."
    views = (
        ("All", {}),
        ("Active", {"status__exact": "active"}),
        ("Pending", {"status__exact": "pending"}),
        ("To be paid", {"status__exact": "incomplete"}),
        ("Terminated", {"status__exact": "terminated"}),
    )
    tabs: list[Tab] = []
    buttons: Sequence[Button] = (
        CHANGE_PLAN,
        Button(
            name="edit",
            label="Edit",
            command=edit,
            form=AgreementForm,
            allowed=lambda subscription: subscription.status in NOT_ENDED,
            icon="edit",
        ),
        SUBSCRIPTION_THRESHOLDS,
        SUBSCRIPTION_ENTITLEMENTS,
        Button(
            name="prices",
            label="Prices",
            command=prices,
            allowed=lambda subscription: subscription.status in NOT_ENDED,
            safe=True,
        ),
        Button(
            name="terminate",
            label="Terminate",
            command=terminate,
            form=TerminationForm,
            confirm="The subscription ends now. What was used up to this moment is billed on a last invoice.",
            allowed=lambda subscription: subscription.status == SubscriptionStatus.ACTIVE,
            variant=ActionVariant.DANGER,
        ),
        Button(
            name="cancel",
            label="Cancel",
            command=cancel,
            confirm="It is not active yet and never will be; a first invoice that nobody paid is voided.",
            allowed=lambda subscription: subscription.status in NOT_ACTIVE_YET,
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="External ID")
    def named(self, subscription: Subscription) -> str:
        return subscription.external_id

    @display(description="Customer")
    def customer_link(self, subscription: Subscription) -> str:
        return link(subscription.customer)

    @display(description="Plan")
    def plan_link(self, subscription: Subscription) -> str:
        return link(subscription.plan, subscription.plan.name)

    @display(description="State")
    def state(self, subscription: Subscription) -> str:
        return badge(subscription.status)

    @display(description="Started")
    def started(self, subscription: Subscription) -> str:
        return instant(subscription.started_at)

    @display(description="Next invoice")
    def next_billing(self, subscription: Subscription) -> str:
        return instant(subscription.next_billing_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        return self.show(request, self.row_or_404(request, object_id))

    def page_context(self, request: HttpRequest, row: Subscription) -> dict[str, Any]:
        return tab_context([DETAILS, *self.tabs], request, row)

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Subscription:
        return subscribe(request, values)


def subscribe(request: HttpRequest, values: dict[str, Any]) -> Subscription:
    """What a filled ``SubscriptionForm`` asks for."""
    organization, named = organization_of(request), dict(values)
    customer, plan = named.pop("customer"), named.pop("plan")
    return create_subscription(
        organization=organization,
        at=organization.now(),
        external_customer_id=customer.external_id,
        plan_code=plan.code,
        **named,
    )


def details(request: HttpRequest, subscription: Subscription) -> dict[str, Any]:
    plan = subscription.plan
    facts = [
        ("State", badge(subscription.status)),
        ("Customer", link(subscription.customer)),
        ("Plan", link(plan, plan.name)),
        ("Price", f"{money(plan.amount_cents, plan.amount_currency)} {plan.interval}"),
        ("External ID", subscription.external_id),
        ("Billing", f"{subscription.billing_time}, {'in advance' if plan.pay_in_advance else 'in arrears'}"),
        ("Agreed for", instant(subscription.subscription_at)),
        ("Started", instant(subscription.started_at)),
        ("Next invoice", instant(subscription.next_billing_at)),
        ("Ends", instant(subscription.ending_at)),
        ("Terminated", instant(subscription.terminated_at)),
        ("Purchase order", subscription.purchase_order_number),
    ]
    return {"facts": facts}


DETAILS = Tab(
    name="details",
    title="Details",
    template="admin/tab_facts.html",
    context=details,
    permission="plans.view_subscription",
)
