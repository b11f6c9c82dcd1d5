"""Writing the prices of a plan, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from customers.models import Organization
from plans.models import Plan
from plans.queries import charges_of, fixed_charges_of
from tests.support.fixed_charges import an_add_on
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_price_is_previewed_while_it_is_written(page: Page, organization: Organization) -> None:
    a_metric(organization, "tokens")
    page.goto("/admin/plans/plan/add/")
    page.get_by_role("button", name="Add charge").click()
    # The metric has the keyboard; everything else is reached from there.
    page.keyboard.type("tokens")
    page.get_by_label("How it is priced").select_option("package")
    page.get_by_label("Price per package").fill("5")
    page.get_by_label("Units in a package").fill("100")
    page.get_by_label("What does it cost?").fill("250")
    charge = page.get_by_label("Charge 1", exact=True)
    # Three packages are begun.
    expect(charge.locator(".mb-preview-amount")).to_have_text("$15.00")
    expect(charge.get_by_role("img")).to_have_attribute(
        "aria-label", "The price from 0 to 500 units, where it is $25.00"
    )
    page.get_by_label("Units in a package").fill("0")
    expect(page.get_by_text("A package holds a whole number of units, one or more.")).to_be_visible()


def test_filters_and_fixed_charges_are_ticked_and_typed(page: Page, organization: Organization) -> None:
    metric = a_metric(organization, "tokens", filters=[{"key": "region", "values": ["eu", "us"]}])
    an_add_on(organization, "seat", amount_cents=1500, amount_currency="EUR")
    plan = a_plan(organization, "pro", charges=[a_charge(metric, "1")])
    page.goto(f"/admin/plans/plan/{plan.pk}/change/")
    page.get_by_role("button", name="Add filter").click()
    new = page.get_by_label("Filter 1", exact=True)
    expect(new.get_by_text("This is needed.")).to_be_visible()
    new.get_by_label("eu").check()
    new.get_by_label("Price per unit").fill("3")
    page.get_by_role("button", name="Add fixed charge").click()
    seats = page.get_by_label("Fixed charge 1", exact=True)
    seats.get_by_label("Add-on").select_option(index=1)
    seats.get_by_label("Units per period").fill("4")
    # The add-on's price is where one starts from.
    expect(seats.locator(".mb-preview-amount")).to_have_text("€60.00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is saved.")).to_be_visible()
    plan = Plan.objects.get()
    [region] = charges_of(plan).get().filters.all()
    assert (region.values, region.properties) == ({"region": ["eu"]}, {"amount": "3"})
    assert fixed_charges_of(plan).get().units == 4
