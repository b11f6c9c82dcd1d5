"""What an operator does at the console, in a real browser."""

import io
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from customers.models import Organization
from invoices.models import Invoice
from plans.models import Plan
from tests.support.billing import bill
from tests.support.builders import a_customer
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def test_a_graduated_plan_is_made_without_writing_json(page: Page, organization: Organization) -> None:
    a_metric(organization, "tokens")
    page.goto("/admin/plans/plan/")
    page.goto("/admin/plans/plan/add/")
    page.get_by_label("Name *").fill("Pro")
    page.get_by_label("Code *").fill("pro")
    page.get_by_label("Price per interval *").fill("49.50")
    page.get_by_role("button", name="Add charge").click()
    page.get_by_label("Metric").select_option(label="tokens (tokens)")
    page.get_by_label("How it is priced").select_option("graduated")
    page.get_by_label("Tier 1, price per unit").fill("0.50")
    page.get_by_label("Tier 1, flat amount").fill("2")
    page.get_by_role("button", name="Add tier").click()
    # The keyboard is where the next number is wanted.
    page.keyboard.type("100")
    page.get_by_label("Tier 2, price per unit").fill("0.2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is saved.")).to_be_visible()
    expect(page.get_by_label("Tier 1, to unit")).to_have_value("100")
    [charge] = Plan.objects.get(code="pro").charges.all()
    assert charge.properties["graduated_ranges"] == [
        {"from_value": 0, "to_value": 100, "per_unit_amount": "0.50", "flat_amount": "2"},
        {"from_value": 101, "to_value": None, "per_unit_amount": "0.2", "flat_amount": "0"},
    ]


def test_a_graduated_plan_is_edited_on_a_phone(page: Page, organization: Organization) -> None:
    tiers: list[dict[str, Any]] = [
        {"from_value": 0, "to_value": 10, "per_unit_amount": "5", "flat_amount": "0"},
        {"from_value": 10, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"},
    ]
    metric = a_metric(organization, "tokens")
    priced = a_charge(metric, charge_model="graduated", properties={"graduated_ranges": tiers})
    plan = a_plan(organization, "pro", charges=[priced])
    page.set_viewport_size(PHONE)
    page.goto(f"/admin/plans/plan/{plan.pk}/change/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("Tier 1, to unit").fill("20")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is saved.")).to_be_visible()
    [charge] = plan.charges.all()
    # Tiers that touched still touch, and the amounts keep their digits.
    assert charge.properties["graduated_ranges"] == [{**tiers[0], "to_value": 20}, {**tiers[1], "from_value": 20}]


def test_a_wrong_tier_is_said_at_once_and_not_sent(page: Page, organization: Organization) -> None:
    a_metric(organization, "tokens")
    page.goto("/admin/plans/plan/add/")
    page.get_by_label("Name *").fill("Pro")
    page.get_by_label("Code *").fill("pro")
    page.get_by_role("button", name="Add charge").click()
    page.get_by_label("Metric").select_option(label="tokens (tokens)")
    page.get_by_label("How it is priced").select_option("volume")
    page.get_by_label("Tier 1, price per unit").fill("cheap")
    expect(page.get_by_text("Write a number such as 0.25.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Tier 1, price per unit")).to_be_focused()
    assert not Plan.objects.exists()


def test_what_the_server_refuses_stays_on_the_page(page: Page, organization: Organization) -> None:
    a_plan(organization, "pro")
    a_metric(organization, "tokens")
    page.goto("/admin/plans/plan/add/")
    page.get_by_label("Name *").fill("Pro")
    page.get_by_label("Code *").fill("pro")
    page.get_by_role("button", name="Add charge").click()
    page.get_by_label("Metric").select_option(label="tokens (tokens)")
    page.get_by_label("Price per unit").fill("0.75")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is already taken. Choose another one.")).to_be_visible()
    expect(page.get_by_label("Price per unit")).to_have_value("0.75")


def test_an_invoice_is_finalized_and_downloaded(page: Page, organization: Organization) -> None:
    a_customer(organization, "acme", name="Acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")
    [draft] = bill(organization, at=instant("2024-02-01"))
    page.goto(f"/admin/invoices/invoice/{draft.pk}/change/")
    page.get_by_role("link", name="Finalize").click()
    dialog = page.locator("#modal-content")
    expect(dialog.get_by_text("cannot be changed any more")).to_be_visible()
    dialog.get_by_role("button", name="Finalize").click()
    expect(page.get_by_text("is final.")).to_be_visible()
    number = Invoice.objects.get(pk=draft.pk).number
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download PDF").click()
    assert downloading.value.suggested_filename == f"{number}.pdf"
    [first, *_] = PdfReader(io.BytesIO(downloading.value.path().read_bytes())).pages
    assert number in first.extract_text()


def test_a_button_without_a_question_runs_at_once(page: Page, organization: Organization) -> None:
    a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")
    [draft] = bill(organization, at=instant("2024-02-01"))
    page.goto(f"/admin/invoices/invoice/{draft.pk}/change/")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("Computed again from today's usage: €30.00.")).to_be_visible()


def test_a_subscription_is_made_with_pickers(page: Page, organization: Organization) -> None:
    customer = a_customer(organization, "acme", name="Acme")
    a_plan(organization, "pro", name="Pro")
    page.goto(f"/admin/plans/subscription/add/?customer={customer.pk}")
    page.locator("#select2-id_plan-container").click()
    page.locator(".select2-search__field").fill("pro")
    page.get_by_role("option", name="Pro (pro)").click()
    page.get_by_label("External ID *").fill("sub")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Subscription sub is saved.")).to_be_visible()
    assert organization.subscriptions.get().customer == customer


def test_the_console_asks_nothing_of_other_sites(page: Page, organization: Organization) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/admin/", "/admin/invoices/invoice/", "/admin/plans/plan/add/", "/admin/two-step/"):
        page.goto(path)
    here = page.evaluate("location.origin")
    assert [url for url in asked if not url.startswith((here, "data:"))] == []
