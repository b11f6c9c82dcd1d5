"""What is billed next, before it is: on a subscription's page and in the question before it ends."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.display import day, money
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.sentences import explained
from billing_site.kernel.errors import BillingError
from customers.models import Organization
from invoices.admin.invoice_page import invoice_page
from invoices.models import Invoice
from invoices.services.preview import ExistingSubscriptions, preview
from plans.admin.subscription import SubscriptionAdmin
from plans.models import Subscription, SubscriptionStatus


def this_will_bill(organization: Organization, subscriptions: ExistingSubscriptions) -> str:
    """A sentence for the question before a command: ``This will bill €12.00 on Feb 1, 2024.``"""
    try:
        with preview(organization=organization, at=organization.now(), subscriptions=subscriptions) as invoice:
            return _sentence(invoice)
    except BillingError as refusal:
        return f"What this will bill cannot be computed: {explained(refusal)}"


def next_invoice(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> HttpResponse:
    """The page of the invoice as it would be; nothing of it is stored."""
    organization = organization_of(request)
    wanted = ExistingSubscriptions(external_ids=[subscription.external_id])
    with preview(organization=organization, at=organization.now(), subscriptions=wanted) as invoice:
        page = {**invoice_page(invoice), "is_draft": False, "sentence": _sentence(invoice), "title": "Next invoice"}
        for line in (line for group in page["groups"] for line in group["lines"]):
            line["why_url"] = ""  # the fee is gone with the preview
        return TemplateResponse(request, "admin/preview.html", page)


def before_the_end(request: HttpRequest, subscription: Subscription) -> str:
    organization = organization_of(request)
    ended = ExistingSubscriptions(external_ids=[subscription.external_id], terminated_at=organization.now())
    sentence = this_will_bill(organization, ended)
    return format_html("The subscription ends now, with a last invoice of what was used until then. {}", sentence)


def _sentence(invoice: Invoice) -> str:
    return f"This will bill {money(invoice.total_amount_cents, invoice.currency)} on {day(invoice.issuing_date)}."


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
    *(
        replace(button, confirm=before_the_end) if button.name == "terminate" else button
        for button in SubscriptionAdmin.buttons
    ),
)
