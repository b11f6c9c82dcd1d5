"""Billing over time at the console, in a real browser, on a desk and on a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from customers.models import Customer, Organization
from invoices.models import BillingRun, Invoice
from plans.models import Subscription
from tests.support.billing import bill
from tests.support.builders import a_customer
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def look(page: Page, name: str) -> None:
    """On a phone nothing is wider than the page; pictures are kept where ``PICTURES`` names a folder."""
    for device, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{device}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), device
    page.set_viewport_size(DESK)


def subscribed(organization: Organization, *names: str) -> list[Subscription]:
    plan = a_plan(organization, "pro", amount_cents=3100)
    for name in names:
        a_customer(organization, name, name=name.capitalize())
    return [a_subscription(organization, plan, name, external_customer_id=name) for name in names]


def test_an_end_says_what_it_bills_while_one_answers(page: Page, organization: Organization) -> None:
    [subscription] = subscribed(organization, "acme")
    organization.change(at=instant("2024-01-11"), test_clock_at=instant("2024-01-11"))
    page.goto(f"/admin/plans/subscription/{subscription.pk}/change/")
    look(page, "subscription")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Terminate").click()
    box = page.get_by_role("status", name="What this will bill")
    # 11 days of 1.00.
    expect(box.get_by_text("€11.00").first).to_be_visible()
    page.get_by_label("Last invoice").select_option("skip")
    expect(box.get_by_text("This bills nothing now.")).to_be_visible()
    page.get_by_label("Last invoice").select_option("generate")
    expect(box.get_by_text("€11.00").first).to_be_visible()
    assert not Invoice.objects.exists()
    page.locator("#dialog").get_by_role("button", name="Terminate").click()
    expect(page.get_by_text("is terminated.")).to_be_visible()
    assert Invoice.objects.get().total_amount_cents == 1100


def test_a_new_subscription_says_what_it_will_bill(page: Page, organization: Organization) -> None:
    customer, plan = a_customer(organization, "acme", name="Acme"), a_plan(organization, "pro", pay_in_advance=True)
    page.goto(f"/admin/plans/subscription/add/?customer={customer.pk}&plan={plan.pk}")
    page.get_by_label("External ID *").fill("new")
    box = page.get_by_role("status", name="What this will bill")
    expect(box.get_by_text("This will bill, on Jan 1, 2024")).to_be_visible()
    look(page, "new-subscription")


def test_ticked_subscriptions_end_together(page: Page, organization: Organization) -> None:
    subscribed(organization, "one", "two", "three")
    organization.change(at=instant("2024-01-11"), test_clock_at=instant("2024-01-11"))
    page.goto("/admin/plans/subscription/")
    for tick in page.locator("input.action-select").all()[:2]:
        tick.check()
    page.locator("select[name=action]").select_option("terminate_subscriptions")
    look(page, "ticked")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("This is for 2 of them")).to_be_visible()
    page.get_by_role("button", name="Try it out").click()
    # 2 × 11 days of 1.00.
    expect(page.get_by_text("In all €22.00.")).to_be_visible()
    look(page, "tried-out")
    page.get_by_role("link", name="Do it").click()
    expect(page.locator("#dialog").get_by_text("Terminate 2 of them now.")).to_be_visible()
    page.locator("#dialog").get_by_role("button", name="Do it").click()
    expect(page.get_by_text("Done", exact=True).nth(1)).to_be_visible()
    assert Subscription.objects.filter(status="terminated").count() == 2


def test_a_run_is_looked_at_before_and_after(page: Page, organization: Organization) -> None:
    subscribed(organization, "fine", "broken")
    Customer.objects.filter(name="Broken").update(timezone="Mars/Olympus")
    page.goto("/admin/bills-tonight/")
    expect(page.get_by_text("Bills of Feb 1, 2024").first).to_be_visible()
    expect(page.get_by_text("cannot be billed", exact=True)).to_be_visible()
    look(page, "bills-tonight")
    page.goto("/admin/calendar/")
    page.get_by_role("link", name="Estimate").click()
    expect(page.get_by_text("About €31.00")).to_be_visible()
    look(page, "calendar")
    bill(organization, at=instant("2024-02-01"))
    page.goto(f"/admin/invoices/billingrun/{BillingRun.objects.get().pk}/change/")
    expect(page.get_by_text("2 of 2 customers")).to_be_visible()
    look(page, "run")
    Customer.objects.filter(name="Broken").update(timezone="UTC")
    page.get_by_role("link", name="Retry", exact=True).click()
    expect(page.get_by_text("Broken is billed: 1 invoice(s).")).to_be_visible()
    assert Invoice.objects.count() == 2
