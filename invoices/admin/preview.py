"""What is billed next, before it is, and in the question of every command on a subscription what that will bill."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.display import day, money
from billing_site.kernel.admin.preview_lines import PreviewLine
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.errors import NotFound
from customers.admin.customer import CustomerAdmin
from customers.models import Customer, Organization
from customers.services.customer import delete_customer
from invoices.admin.consequences import lines_of
from invoices.admin.invoice_page import invoice_page
from invoices.models import Invoice
from invoices.services.consequences import consequences_of
from invoices.services.preview import ExistingSubscriptions, Supposition, preview
from plans.admin.plan_change import move
from plans.admin.subscription import SubscriptionAdmin, subscribe
from plans.models import Subscription, SubscriptionStatus
from plans.services.subscription import cancel_subscription, terminate_subscription, update_subscription

Command = Callable[[HttpRequest, Subscription, dict[str, Any], datetime], Any]


def next_invoice(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> HttpResponse:
    """The page of the invoice as it would be; nothing of it is stored."""
    organization = organization_of(request)
    wanted = ExistingSubscriptions(external_ids=[subscription.external_id])
    with preview(organization=organization, at=organization.now(), subscriptions=wanted) as invoice:
        page = {**invoice_page(invoice), "is_draft": False, "sentence": _sentence(invoice), "title": "Next invoice"}
        for line in (line for group in page["groups"] for line in group["lines"]):
            line["why_url"] = ""  # the fee is gone with the preview
        return TemplateResponse(request, "admin/preview.html", page)


def before_the_end(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> list[PreviewLine]:
    at = organization_of(request).now()
    found = consequences_of(
        lambda: terminate_subscription(subscription=subscription, at=at, **values), customer=subscription.customer
    )
    return lines_of(found)


def before_canceling(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> list[PreviewLine]:
    at = organization_of(request).now()
    canceled = consequences_of(
        lambda: cancel_subscription(subscription=subscription, at=at), customer=subscription.customer
    )
    return lines_of(canceled)


def before_the_change(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> list[PreviewLine]:
    """What it bills now; of a plan that waits, the invoice with which it takes over."""
    organization, plan = subscription.organization, values["plan"]
    at = organization.now()
    found = consequences_of(lambda: move(subscription, plan, at), customer=subscription.customer)
    lines = lines_of(found)
    if found.is_nothing and subscription.status == SubscriptionStatus.ACTIVE:
        waits = ExistingSubscriptions(external_ids=[subscription.external_id], plan_code=plan.code)
        lines += _later(organization, f"Plan {plan.name} takes over with the invoice", subscriptions=waits)
    return lines


def before_editing(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> list[PreviewLine]:
    at = organization_of(request).now()
    found = consequences_of(
        lambda: update_subscription(subscription=subscription, at=at, **values), customer=subscription.customer
    )
    due_at = found.result.next_billing_at
    return [*lines_of(found), *([PreviewLine(f"The next invoice is due on {day(due_at.date())}.")] if due_at else [])]


def before_the_start(request: HttpRequest, values: dict[str, Any]) -> list[PreviewLine]:
    """What a new subscription bills now, and what its first period is going to."""
    found = consequences_of(lambda: subscribe(request, values), customer=values["customer"])
    if not found.is_nothing:
        return lines_of(found)
    supposed = {"subscription_at": values["subscription_at"]} if values.get("subscription_at") else {}
    return lines_of(found) + _later(
        organization_of(request),
        "The first invoice, without any usage yet,",
        customer={"external_id": values["customer"].external_id},
        plan_code=values["plan"].code,
        billing_time=values["billing_time"],
        **supposed,
    )


def before_deleting(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> list[PreviewLine]:
    at = organization_of(request).now()
    return lines_of(consequences_of(lambda: delete_customer(customer=customer, at=at), customer=customer))


def _later(organization: Organization, what: str, **supposed: Unpack[Supposition]) -> list[PreviewLine]:
    try:
        with preview(organization=organization, at=organization.now(), **supposed) as invoice:
            amount = money(invoice.total_amount_cents, invoice.currency)
            return [PreviewLine(f"{what} of {day(invoice.issuing_date)}: about", amount)]
    except NotFound:
        # Nothing is ever due: it ends before.
        return []


def _sentence(invoice: Invoice) -> str:
    return f"This will bill {money(invoice.total_amount_cents, invoice.currency)} on {day(invoice.issuing_date)}."


PREVIEWS: Mapping[str, Any] = {
    "terminate": before_the_end,
    "cancel": before_canceling,
    "change_plan": before_the_change,
    "edit": before_editing,
}
SubscriptionAdmin.form_preview = staticmethod(before_the_start)
SubscriptionAdmin.buttons = (
    Button(
        name="next_invoice",
        label="Next invoice",
        command=next_invoice,
        allowed=lambda subscription: subscription.status == SubscriptionStatus.ACTIVE,
        permission="view",
        icon="visibility",
        safe=True,
    ),
    *(replace(button, preview=PREVIEWS.get(button.name)) for button in SubscriptionAdmin.buttons),
)
CustomerAdmin.buttons = [
    replace(button, preview=before_deleting) if button.name == "delete" else button for button in CustomerAdmin.buttons
]
