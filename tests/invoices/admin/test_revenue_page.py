"""Revenue in the console."""

import pytest
from django.core.cache import cache

from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, an_operator, words
from tests.support.invoices import an_invoice
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.remembering import add_up
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    """30.00 EUR and 3 tokens at 2.00 in January, nothing more in February; 7.00 USD once in March."""
    organization = an_organization(at=instant("2024-01-01"))
    a_subscription(organization, a_plan(organization, charges=[a_charge(a_metric(organization), "2")]), "sub")
    send(organization, an_event("tokens", 3, external_subscription_id="sub", at=instant("2024-01-01")))
    bill(organization, at=instant("2024-03-20"))
    an_invoice(a_customer(organization, "beta"), 700, "USD")
    return organization


def test_months_stand_beside_each_other(organization):
    page = words(Console(organization).open("revenue"))

    assert "Monthly recurring revenue this month €30.00" in page
    assert "Mar 2024 1 €30.00 €30.00 €0.00 €30.00" in page
    assert "Feb 2024 1 €30.00 €36.00 €0.00 €36.00" in page
    assert "tokens €6.00 100 %" in page


def test_another_currency_is_one_step_away(organization):
    page = words(Console(organization).open("revenue", currency="USD", months="6"))

    assert "Mar 2024 1 $0.00 $7.00" in page
    assert "No usage was invoiced" in page


def test_of_too_many_invoices_a_worker_adds_them_up(organization, monkeypatch):
    cache.clear()
    monkeypatch.setattr("invoices.queries.analytics.FEW_INVOICES", 1)
    console = Console(organization)
    assert "added up by a worker" in words(console.open("revenue"))
    assert add_up() == 1

    page = words(console.open("revenue"))

    assert "Feb 2024 1 €30.00 €36.00 €0.00 €36.00" in page
    assert "Added up on" in page


def test_without_invoices_it_says_so():
    assert "Nothing was invoiced" in words(Console(an_organization()).open("revenue", currency="nonsense"))


def test_who_may_not_see_invoices_does_not_see_revenue(organization):
    Console(organization, an_operator("plans.view_plan")).open("revenue", expect=403)
