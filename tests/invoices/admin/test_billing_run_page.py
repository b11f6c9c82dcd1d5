"""Runs and what they set aside, in the console."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import BulkJob, Customer, Organization
from invoices.models import BillingFailure, BillingRun, Invoice, RunStatus
from invoices.services.billing_hold import hold_customer
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def test_a_run_started_by_hand_says_before_what_it_will_bill(organization: Organization) -> None:
    for _ in range(3):
        a_subscription(organization)
    organization.change(at=instant("2024-02-01"), test_clock_at=instant("2024-02-01"))
    console = Console(organization)
    asked = words(console.open("invoices_billingrun_do", "run"))
    assert "3 subscription(s) of 3 customer(s) are due at Feb 1, 2024 00:00 UTC" in asked
    assert not BillingRun.objects.exists()
    console.submit("invoices_billingrun_do", "run")
    assert Invoice.objects.filter(organization=organization).count() == 3
    run = BillingRun.objects.get()
    assert (run.status, run.invoices_created) == (RunStatus.DONE, 3)
    assert "3 of 3 customers" in words(console.show(run))


def test_a_second_run_makes_nothing(organization: Organization) -> None:
    a_subscription(organization)
    bill(organization, at=instant("2024-02-01"))
    console = Console(organization)
    assert "Nothing is due" in words(console.open("invoices_billingrun_do", "run"))
    console.submit("invoices_billingrun_do", "run")
    assert Invoice.objects.filter(organization=organization).count() == 1


def test_a_customer_set_aside_is_listed_with_the_reason_and_tried_again(organization: Organization) -> None:
    customer = a_customer(organization, "acme", name="Acme")
    a_subscription(organization, external_customer_id="acme")
    organization.change(at=instant("2024-02-01"), test_clock_at=instant("2024-02-01"))
    at = organization.now()
    failure = BillingFailure.objects.create(
        organization=organization, customer=customer, at=at, reason="A rate was missing.", created_at=at
    )
    console = Console(organization)
    assert "A rate was missing." in console.open("invoices_billingfailure_changelist", resolved_at__isnull="True")
    console.press(failure, "retry")
    assert "Acme is billed: 1 invoice(s)." in console.sentences()
    failure.refresh_from_db()
    assert failure.resolved_at is not None
    console.press(failure, "retry", expect=403)


def a_mixed_run(organization: Organization) -> BillingRun:
    """One customer each that is billed, has nothing due any more, is set aside, and is held."""
    for name in ("Billed", "Broken", "Held"):
        a_customer(organization, name.lower(), name=name)
        a_subscription(organization, external_id=name.lower(), external_customer_id=name.lower())
    Customer.objects.filter(name="Broken").update(timezone="Mars/Olympus")
    held = Customer.objects.get(name="Held")
    hold_customer(customer=held, reason="Under review.", at=organization.now())
    bill(organization, at=instant("2024-02-01"))
    return BillingRun.objects.get()


def test_a_run_tells_what_came_of_every_customer(organization: Organization) -> None:
    console, run = Console(organization), a_mixed_run(organization)
    page = words(console.show(run))
    # The end of the month of 30.00.
    assert "Billed €30.00 Customers billed 1" in page
    assert "Set aside 1 Held, so passed by 1" in page
    invoice = Invoice.objects.get()
    assert f"Billed billed {invoice.number} €30.00" in words(console.show(run, show="billed"))
    assert "Mars/Olympus" in words(console.show(run, show="failed"))
    assert "Held held" in words(console.show(run, show="held"))
    for outcome in ("nothing", "waiting"):
        assert "Nobody with this outcome." in words(console.show(run, show=outcome))


def test_who_has_an_invoice_already_has_nothing_due(organization: Organization) -> None:
    subscription = a_subscription(organization)
    bill(organization, at=instant("2024-02-01"))
    run = BillingRun.objects.get()
    run.chunks.update(invoice_ids=[], customers_billed=0, totals={}, invoices_created=0)
    shown = words(Console(organization).show(run, show="nothing"))
    assert f"{subscription.customer} nothing due" in shown


def test_all_that_was_set_aside_is_billed_again_together(organization: Organization) -> None:
    console, run = Console(organization), a_mixed_run(organization)
    console.press(run, "retry_failed")
    job = BulkJob.objects.get()
    assert "Still not possible" in words(console.show(job))
    Customer.objects.filter(name="Broken").update(timezone="UTC")
    console.press(run, "retry_failed")
    job = BulkJob.objects.latest("id")
    assert "Broken: 1 invoice(s). €30.00" in words(console.show(job))
    assert Invoice.objects.count() == 1
    console.press(job, "run")
    assert Invoice.objects.count() == 2
    assert "billed since" in words(console.show(run, show="failed"))
    console.press(run, "retry_failed", expect=403)


def test_a_page_of_customers_takes_the_same_queries_however_many_there_are(organization: Organization) -> None:
    few = queries_of_page(organization, 2, "2024-02-01")
    many = queries_of_page(organization, 30, "2024-03-01")
    assert few == many <= 30


def queries_of_page(organization: Organization, customers: int, day: str) -> int:
    for _ in range(customers):
        a_subscription(organization)
    bill(organization, at=instant(day))
    console, run = Console(organization), BillingRun.objects.first()
    console.show(run)
    with CaptureQueriesContext(connection) as captured:
        console.show(run)
    return len(captured)


def test_pages_of_customers_follow_each_other(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invoices.admin.run_page.PAGE_SIZE", 2)
    customers = [a_subscription(organization).customer.external_id for _ in range(3)]
    bill(organization, at=instant("2024-02-01"))
    console, run = Console(organization), BillingRun.objects.get()
    first, second = console.show(run), console.show(run, page="2")
    assert [name in first for name in customers].count(True) == 2
    assert all((name in first) != (name in second) for name in customers)
    assert "Nobody with this outcome." in console.show(run, page="9999999")
