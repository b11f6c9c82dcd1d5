"""Customers in the console: the list, the page with its tabs, the form."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import day, instant
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.tabs import Tab, tab_context
from customers.admin.customer_form import CustomerForm, form_values, initial_values
from customers.models import Customer
from customers.portal_link import VALID_FOR, portal_url
from customers.services.customer import create_or_update_customer, delete_customer


def delete(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> HttpResponse:
    delete_customer(customer=customer, at=organization_of(request).now())
    return go(request, reverse("admin:customers_customer_changelist"))


def open_portal(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> HttpResponse:
    """The page with the signed link, to open or to send."""
    hours = int(VALID_FOR.total_seconds() // 3600)
    context = {"url": portal_url(customer), "hours": hours}
    return TemplateResponse(request, "admin/portal_link.html", context)


def edit(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> HttpResponse:
    return go(request, reverse("admin:customers_customer_edit", args=[customer.pk]))


@admin.register(Customer)
class CustomerAdmin(CatalogueAdmin):
    """Apps further right put their tabs and buttons on the page: ``CustomerAdmin.tabs.append(…)``."""

    form_class = CustomerForm
    page_template = "admin/tabbed_page.html"
    list_display = ["display_name", "named", "mail", "currency", "country", "created"]
    list_display_links = ["display_name"]
    list_filter = [("account_type", ChoicesDropdownFilter), ("customer_type", ChoicesDropdownFilter)]
    search_fields = ["name", "external_id", "email"]
    search_help_text = "Name, external ID or e-mail"
    ordering = ["-created_at", "-id"]
    empty_text = "No customers yet. Add one here, or let your application create them through the API."
    tabs: list[Tab] = []
    buttons = [
        Button(name="portal", label="Portal link", command=open_portal, icon="link", permission="view", safe=True),
        Button(name="edit", label="Edit", command=edit, icon="edit", safe=True),
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="Subscriptions of this customer are terminated and drafts finalized. Invoices stay.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    ]

    @display(description="Customer")
    def display_name(self, customer: Customer) -> str:
        return customer.display_name

    @display(description="External ID")
    def named(self, customer: Customer) -> str:
        return customer.external_id

    @display(description="E-mail")
    def mail(self, customer: Customer) -> str:
        return customer.email

    @display(description="Since")
    def created(self, customer: Customer) -> str:
        return day(customer.created_at.date())

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

    def page_context(self, request: HttpRequest, row: Customer) -> dict[str, Any]:
        return tab_context([DETAILS, *self.tabs], request, row)

    def initial(self, row: Customer) -> dict[str, Any]:
        return initial_values(row)

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Customer:
        organization = organization_of(request)
        return create_or_update_customer(organization=organization, at=organization.now(), **form_values(values))

    def update(self, request: HttpRequest, row: Customer, values: dict[str, Any]) -> Customer:
        return self.create(request, {**values, "external_id": row.external_id})


def details(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    lines = [
        customer.address_line1,
        customer.address_line2,
        f"{customer.zipcode} {customer.city}".strip(),
        customer.state,
        customer.country,
    ]
    taxes = ", ".join(str(tax) for tax in customer.taxes.all() if tax.deleted_at is None)
    facts = [
        ("External ID", customer.external_id),
        ("Number", customer.slug),
        ("E-mail", customer.email),
        ("Phone", customer.phone),
        ("Legal name", customer.legal_name),
        ("Tax number", customer.tax_identification_number),
        ("Address", ", ".join(line for line in lines if line)),
        ("Currency", customer.currency or "that of the first plan"),
        ("Time zone", customer.applicable_timezone),
        ("Issued by", customer.billing_entity.name),
        ("Payment term", f"{customer.net_payment_term_with(customer.billing_entity)} days"),
        ("Stays a draft for", f"{customer.invoice_grace_period_with(customer.billing_entity)} days"),
        ("Taxes", taxes or "those of the billing entity"),
        *vat_facts(customer.vat_evidence),
        ("Documents in", customer.applicable_document_locale),
        ("Created", instant(customer.created_at)),
    ]
    return {"facts": facts, "metadata": customer.metadata}


def vat_facts(evidence: dict[str, Any]) -> list[tuple[str, str]]:
    """Why the EU's rules chose the tax, if they did."""
    if not evidence:
        return []
    number = evidence["tax_identification_number"]
    checked = (
        f"{number} is {'well-formed' if evidence['number_is_valid'] else 'no VAT number'}" if number else "no number"
    )
    where = f"{evidence['seller_country']} to {evidence['taxed_country']}"
    rule = evidence["rule"].replace("_", " ")
    return [("Tax by EU rules", f"{rule}, {where}, {checked} (looked at {evidence['checked_at'][:10]})")]


DETAILS = Tab(
    name="details",
    title="Details",
    template="admin/tab_facts.html",
    context=details,
    permission="customers.view_customer",
)
