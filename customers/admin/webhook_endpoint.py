"""Webhook endpoints in the console: where they are, what they want, how delivery is going."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import badge, instant, link
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab, tab_context
from customers.models import DeliveryStatus, SignatureAlgorithm, WebhookDelivery, WebhookEndpoint
from customers.queries import deliveries_of
from customers.services.webhook import create_webhook_endpoint, delete_webhook_endpoint, update_webhook_endpoint
from customers.webhooks.catalogue import WEBHOOK_TYPES

SHOWN = 50


def _count(status: DeliveryStatus) -> Coalesce:
    """Of an endpoint's deliveries, along the index of those alone."""
    own = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), status=status).order_by()
    return Coalesce(Subquery(own.values("endpoint").annotate(count=Count("pk")).values("count")), 0)


class WebhookEndpointForm(CommandForm):
    webhook_url = forms.URLField(
        label="Address", max_length=2048, assume_scheme="https", help_text="Messages are posted here, as JSON."
    )
    name = forms.CharField(max_length=255, required=False)
    signature_algo = forms.ChoiceField(label="Signed with", choices=SignatureAlgorithm.choices)
    event_types = forms.MultipleChoiceField(
        label="What it wants to be told",
        required=False,
        choices=[(name, name) for name in WEBHOOK_TYPES],
        help_text="None picked: everything.",
    )

    def clean_event_types(self) -> list[str] | None:
        return self.cleaned_data["event_types"] or None


def edit(request: HttpRequest, endpoint: WebhookEndpoint, values: dict[str, Any]) -> HttpResponse:
    return go(request, reverse("admin:customers_webhookendpoint_edit", args=[endpoint.pk]))


def delete(request: HttpRequest, endpoint: WebhookEndpoint, values: dict[str, Any]) -> HttpResponse:
    delete_webhook_endpoint(endpoint=endpoint)
    return go(request, reverse("admin:customers_webhookendpoint_changelist"))


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(CatalogueAdmin):
    form_class = WebhookEndpointForm
    page_template = "admin/tabbed_page.html"
    list_display = ["address", "name", "signature", "wants", "waiting", "failed"]
    list_display_links = ["address"]
    empty_text = "No webhook endpoints yet. Add the address of your application, and it is told what happens here."
    buttons = (
        Button(name="edit", label="Edit", command=edit, icon="edit", safe=True),
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="What still waits for this address is not delivered. The messages stay.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Address")
    def address(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.webhook_url

    @display(description="Signature")
    def signature(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.signature_algo.upper()

    @display(description="Wants")
    def wants(self, endpoint: WebhookEndpoint) -> str:
        return wanted(endpoint)

    @display(description="Waiting")
    def waiting(self, endpoint: Any) -> int:
        return int(endpoint.waiting_count)

    @display(description="Given up")
    def failed(self, endpoint: Any) -> str:
        return badge("failed", str(endpoint.failed_count)) if endpoint.failed_count else "0"

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                waiting_count=_count(DeliveryStatus.PENDING),
                failed_count=_count(DeliveryStatus.FAILED),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        edit_page = path(
            "<path:object_id>/edit/", self.admin_site.admin_view(self.edit_view), name=self.url_name("edit")
        )
        return [edit_page, *super().get_urls()]

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.edit(request, self.row_or_404(request, object_id))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.show(request, self.row_or_404(request, object_id))

    def page_context(self, request: HttpRequest, row: WebhookEndpoint) -> dict[str, Any]:
        return tab_context([DETAILS, DELIVERIES], request, row)

    def create(self, request: HttpRequest, values: dict[str, Any]) -> WebhookEndpoint:
        organization = organization_of(request)
        return create_webhook_endpoint(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: WebhookEndpoint, values: dict[str, Any]) -> WebhookEndpoint:
        return update_webhook_endpoint(endpoint=row, at=organization_of(request).now(), **values)


def wanted(endpoint: WebhookEndpoint) -> str:
    return "everything" if endpoint.event_types is None else ", ".join(endpoint.event_types) or "nothing"


def details(request: HttpRequest, endpoint: WebhookEndpoint) -> dict[str, Any]:
    may_sign = request.user.has_perm("customers.change_webhookendpoint")
    facts = [
        ("Address", endpoint.webhook_url),
        ("Name", endpoint.name),
        ("Wants", wanted(endpoint)),
        ("Signed with", endpoint.get_signature_algo_display()),
        ("HMAC key", endpoint.hmac_key if may_sign else "shown to those who may change endpoints"),
        ("Added", instant(endpoint.created_at)),
    ]
    return {"facts": facts}


def deliveries(request: HttpRequest, endpoint: WebhookEndpoint) -> dict[str, Any]:
    table = Table(
        columns=("Message", "State", "Attempts", "Next attempt (UTC)"),
        numbers={"Attempts"},
        rows=[
            (
                link(each, each.message.webhook_type),
                badge(each.status),
                each.attempts_count,
                instant(each.next_attempt_at),
            )
            for each in deliveries_of(endpoint)[:SHOWN]
        ],
        empty="Nothing was told yet.",
    )
    return {"table": table, "heading": "Latest messages"}


DETAILS = Tab(
    name="details",
    title="Details",
    template="admin/tab_facts.html",
    context=details,
    permission="customers.view_webhookendpoint",
)
DELIVERIES = Tab(
    name="deliveries",
    title="Deliveries",
    template="admin/tab_table.html",
    context=deliveries,
    permission="customers.view_webhookdelivery",
    position=10,
)
