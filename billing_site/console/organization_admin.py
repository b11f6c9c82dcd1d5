"""Organizations in the console. Here at the roof, because a sandbox's clock moves everything that is billed."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.console.organizations import choose_organization
from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.choices import currencies
from billing_site.kernel.admin.display import badge, day, instant
from billing_site.kernel.admin.forms import CommandForm, InstantField
from billing_site.kernel.clock import wall_now
from customers.models import Organization
from customers.services.organization import (
    NewOrganization,
    create_organization,
    start_sandbox,
    update_organization,
)
from invoices.services.due_work import Done, next_work_at
from invoices.services.test_clock import advance_test_clock


class OrganizationForm(CommandForm):
    name = forms.CharField(max_length=255)
    default_currency = forms.ChoiceField(choices=currencies, initial="USD")


class ClockForm(CommandForm):
    to = InstantField(label="New time", help_text="UTC. Forward only, except the first time.")

    def prepare(self) -> None:
        self.fields["to"].initial = f"{self.instance.now():%Y-%m-%dT%H:%M}"

    def field_of(self, name: str) -> str | None:
        return "to" if name == "now" else super().field_of(name)


def start(request: HttpRequest, live: Organization, values: dict[str, Any]) -> HttpResponse:
    return shown_once(request, start_sandbox(live=live, at=wall_now()))


def move_clock(request: HttpRequest, sandbox: Organization, values: dict[str, Any]) -> str:
    move = advance_test_clock(organization=sandbox, to=values["to"])
    return f"It is {instant(move.now)} UTC now. {summary(move.done)}"


def open_it(request: HttpRequest, organization: Organization, values: dict[str, Any]) -> HttpResponse:
    choose_organization(request, organization)
    return go(request, reverse("admin:index"))


def what_will_happen(request: HttpRequest, sandbox: Organization) -> str:
    at: datetime = sandbox.now()
    following = next_work_at(sandbox, after=at)
    first = f"The next thing is due at {instant(following)}." if following else "Nothing is due by itself so far."
    return f"It is {instant(at)} UTC in this sandbox. {first} Everything due up to the new time happens, in its order."


def summary(done: Done) -> str:
    parts = [
        (done.invoices_created, "invoices made"),
        (done.invoices_finalized, "drafts finalized"),
        (done.subscriptions_activated, "subscriptions started"),
        (done.subscriptions_terminated, "subscriptions ended"),
        (done.invoices_overdue, "invoices overdue"),
        (done.customers_failed, "customers set aside"),
    ]
    return ", ".join(f"{count} {what}" for count, what in parts if count).capitalize() or "Nothing was due."


def shown_once(request: HttpRequest, made: NewOrganization) -> HttpResponse:
    """The new organization is chosen, and its first key shown this one time."""
    choose_organization(request, made.organization)
    request.organization = made.organization  # type: ignore[attr-defined]
    frame = admin.site.each_context(request)
    context = {
        **frame,
        "title": str(made.organization),
        "row": made.api_key,
        "value": made.api_key_value,
        "list_url": reverse("admin:index"),
    }
    return TemplateResponse(request, "admin/api_key_created.html", context)


@admin.register(Organization)
class OrganizationAdmin(CatalogueAdmin):
    form_class = OrganizationForm
    list_display = ["name", "kind", "clock", "default_currency", "created"]
    search_fields = ["name"]
    search_help_text = "Name"
    ordering = ["sandbox", "-created_at"]
    views = (("All", {}), ("Live", {"sandbox__exact": "0"}), ("Sandboxes", {"sandbox__exact": "1"}))
    buttons = (
        Button(
            name="open",
            label="Work in it",
            command=open_it,
            icon="login",
            permission="view",
            variant=ActionVariant.PRIMARY,
        ),
        Button(
            name="start_sandbox",
            label="Start a sandbox",
            command=start,
            confirm="A new, empty sandbox beside this organization, with a clock to move and a key of its own.",
            allowed=lambda organization: not organization.sandbox,
            permission="add",
            icon="science",
        ),
        Button(
            name="move_clock",
            label="Move the clock",
            command=move_clock,
            form=ClockForm,
            confirm=what_will_happen,
            allowed=lambda organization: organization.sandbox,
            icon="schedule",
        ),
    )

    @display(description="Kind")
    def kind(self, organization: Organization) -> str:
        return badge("pending", "Sandbox") if organization.sandbox else badge("active", "Live")

    @display(description="Clock (UTC)")
    def clock(self, organization: Organization) -> str:
        return instant(organization.test_clock_at)

    @display(description="Since")
    def created(self, organization: Organization) -> str:
        return day(organization.created_at.date())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """All of them: this list is where an operator changes from one to another."""
        return Organization.objects.all()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add")

    def create(self, request: HttpRequest, values: dict[str, Any]) -> NewOrganization:
        currency = values.pop("default_currency")
        made = create_organization(at=wall_now(), **values)
        update_organization(organization=made.organization, at=wall_now(), default_currency=currency)
        return made

    def update(self, request: HttpRequest, row: Organization, values: dict[str, Any]) -> Organization:
        return update_organization(organization=row, at=row.now(), **values)

    def after_saving(self, request: HttpRequest, saved: Any, *, is_new: bool) -> HttpResponse:
        if not is_new:
            return super().after_saving(request, saved, is_new=False)
        self.log_addition(request, saved.organization, [{"added": {}}])
        return shown_once(request, saved)
