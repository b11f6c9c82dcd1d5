"""The overview: its figures, where they lead, and what it costs."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Organization
from invoices.models import BillingFailure
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.remembering import add_up
from tests.support.usage import a_metric, an_event, send
from usage.rollup.roll import roll

pytestmark = pytest.mark.django_db


def test_a_newcomer_is_led_to_the_first_invoice() -> None:
    shown = words(Console(an_organization()).open("index"))
    for step in ("Add a metric", "Add a plan", "Add a customer", "Subscribe the customer", "Send usage"):
        assert step in shown


def test_the_figures_of_a_running_business() -> None:
    organization = an_organization(at=instant("2024-01-01"))
    plan = a_plan(organization, charges=[a_charge(a_metric(organization))])
    a_subscription(organization, plan, "subscription", external_customer_id="late")
    a_customer(organization, "slow", invoice_grace_period=10)
    a_subscription(organization, plan, "second", external_customer_id="slow")
    bill(organization, at=instant("2024-02-01"))
    bill(organization, at=instant("2024-02-05"))
    now = organization.now()
    send(organization, *[an_event("tokens", 1, at=now) for _ in range(3)])
    roll()
    customer = organization.customers.get(external_id="slow")
    BillingFailure.objects.create(
        organization=organization, customer=customer, at=now, reason="no rate", created_at=now
    )
    shown = words(Console(organization).open("index"))
    assert "Events today 3" in shown
    assert "Next run Mar 1, 2024 00:00 2 subscription(s) due that day" in shown
    assert "Drafts 1" in shown
    assert "Set aside 1" in shown
    # One invoice of 30.00 EUR was due on the day it was issued, and nobody paid; the other is a draft.
    assert "Overdue €30.00 1 invoice" in shown
    assert "Invoiced this month €30.00 1 invoice" in shown
    assert "The way to your first invoice" not in shown


def test_the_figures_lead_to_their_lists() -> None:
    organization = an_organization()
    a_subscription(organization)
    bill(organization, at=instant("2024-02-05"))
    console = Console(organization)
    shown = console.open("index")
    for query in ("status__exact=draft", "payment_overdue__exact=1", "status__exact=finalized"):
        assert f"{reverse('admin:invoices_invoice_changelist')}?{query}" in shown
        assert console.browser.get(f"{reverse('admin:invoices_invoice_changelist')}?{query}").status_code == 200


def test_the_overview_takes_the_same_queries_for_one_customer_and_for_many() -> None:
    organization = an_organization()
    a_subscription(organization)
    bill(organization, at=instant("2024-02-01"))
    few = queries_of_overview(organization)
    for _ in range(5):
        a_subscription(organization)
    bill(organization, at=instant("2024-04-01"))
    assert queries_of_overview(organization) == few
    assert few <= 20


def queries_of_overview(organization: Organization) -> int:
    console = Console(organization)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        console.open("index")
    return len(captured)


def test_the_sums_of_too_many_invoices_are_left_to_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    organization = an_organization(at=instant("2024-01-01"))
    a_subscription(organization)
    bill(organization, at=instant("2024-02-05"))
    monkeypatch.setattr("invoices.queries.analytics.FEW_INVOICES", 0)
    console = Console(organization)
    shown = words(console.open("index"))
    assert "added up by a worker" in shown
    assert "Drafts 0" in shown
    assert "Invoiced this month" not in shown
    assert add_up() == 1
    assert "Invoiced this month €30.00 1 invoice" in words(console.open("index"))
