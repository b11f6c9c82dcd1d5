"""Runs and what they set aside, in the console."""

import pytest

from customers.models import Organization
from invoices.models import BillingFailure, BillingRun, Invoice, RunStatus
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
