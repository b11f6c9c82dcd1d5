"""Operators see the organization they chose: rows of another one are neither listed nor opened by their id."""

import pytest
from django.db.models import Model

from customers.models import ApiKey, Organization
from invoices.models import BillingFailure, BillingRun, Fee, Invoice
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.console import Console
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

LISTS = [
    "customers_customer_changelist",
    "customers_tax_changelist",
    "customers_apikey_changelist",
    "customers_billingentity_changelist",
    "usage_billablemetric_changelist",
    "plans_plan_changelist",
    "plans_subscription_changelist",
    "invoices_invoice_changelist",
    "invoices_fee_changelist",
    "invoices_billingrun_changelist",
    "invoices_billingfailure_changelist",
    "events",
    "unmatched_events",
    "index",
]


@pytest.fixture
def other() -> Organization:
    """An organization with one row of everything, all named after it."""
    organization = an_organization("Strangers")
    metric = a_metric(organization, "strange_tokens")
    plan = a_plan(organization, "strange_plan", charges=[a_charge(metric)], name="Strange plan")
    subscription = a_subscription(organization, plan, "strange_subscription", external_customer_id="strange_customer")
    send(
        organization,
        an_event("strange_tokens", 1, external_subscription_id="strange_subscription"),
        an_event("strange_code", 1, external_subscription_id="strange_subscription"),
    )
    bill(organization, at=instant("2024-02-01"))
    BillingFailure.objects.create(
        organization=organization,
        customer=subscription.customer,
        at=organization.now(),
        reason="strange reason",
        created_at=organization.now(),
    )
    return organization


def rows_of(organization: Organization) -> list[Model]:
    firsts = [
        organization.customers.first(),
        organization.billable_metrics.first(),
        organization.plans.first(),
        organization.subscriptions.first(),
        organization.billing_entities.first(),
        ApiKey.objects.filter(organization=organization).first(),
        Invoice.objects.filter(organization=organization).first(),
        Fee.objects.filter(organization=organization).first(),
        BillingRun.objects.filter(organization=organization).first(),
        BillingFailure.objects.filter(organization=organization).first(),
    ]
    return [row for row in firsts if row is not None]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_nothing_of_another_organization(other: Organization, name: str) -> None:
    shown = Console(an_organization("Ours")).open(name).lower()
    assert "strange_" not in shown
    assert "strange reason" not in shown


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_where_the_rows_are(other: Organization, name: str) -> None:
    Console(other).open(name)


def test_rows_open_in_their_organization_and_in_no_other(other: Organization) -> None:
    ours, theirs = Console(an_organization("Ours")), Console(other)
    rows = rows_of(other)
    assert len(rows) == 10
    for row in rows:
        theirs.show(row, expect=302 if isinstance(row, Fee) else 200)
        ours.show(row, expect=404)


def test_buttons_do_not_reach_into_another_organization(other: Organization) -> None:
    ours = Console(an_organization("Ours"))
    for row in rows_of(other):
        for button in ("delete", "terminate", "finalize", "refresh", "pdf", "retry", "revoke", "portal"):
            ours.press(row, button, expect=404)


def test_pickers_offer_only_customers_of_the_chosen_organization(other: Organization) -> None:
    query = {"app_label": "plans", "model_name": "subscription", "field_name": "customer", "term": "strange"}
    assert "strange_customer" not in Console(an_organization("Ours")).open("autocomplete", **query)
    assert "strange_customer" in Console(other).open("autocomplete", **query)


def test_the_command_palette_finds_only_rows_of_the_chosen_organization(other: Organization) -> None:
    assert "strange_customer" not in Console(an_organization("Ours")).open("search", s="strange", extended="1")
    assert "strange_customer" in Console(other).open("search", s="strange", extended="1")


@pytest.mark.parametrize("nonsense", ["nonsense", "0", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_is_none_is_not_found(nonsense: str) -> None:
    console = Console(an_organization())
    for name in ("customers_customer", "plans_plan", "invoices_invoice", "customers_organization"):
        console.open(f"{name}_change", nonsense, expect=404)


def test_without_any_organization_the_console_says_what_to_do() -> None:
    console = Console()
    assert "There is no organization yet" in console.open("index")
    for name in LISTS:
        console.open(name)
