"""Customers that were set aside, billed again: what was due, and events paid in advance that had no fee."""

import pytest
from django.db import IntegrityError, transaction

from customers.models import Organization
from invoices.models import BillingFailure, Fee, UnchargedFlush
from invoices.services.billing import retry_customer
from invoices.services.event_fees import charge_events
from plans.models import Charge
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.models import UsageFlush

pytestmark = pytest.mark.django_db
UNREADABLE = {"amount": "not a number"}


@pytest.fixture
def organization() -> Organization:
    """One event paid in advance whose price nobody could read; the other customer's was charged."""
    organization = an_organization()
    metric = a_metric(organization)
    for name in ("broken", "fine"):
        plan = a_plan(organization, name, charges=[a_charge(metric, "2", pay_in_advance=True)])
        a_subscription(organization, plan, name)
    Charge.objects.filter(plan__code="broken").update(properties=UNREADABLE)
    organization.change(at=instant("2024-01-10"), test_clock_at=instant("2024-01-10"))
    events = [an_event(value=5, external_subscription_id=name, at=instant("2024-01-10")) for name in ("broken", "fine")]
    send(organization, *events)
    return organization


def repair() -> None:
    Charge.objects.filter(plan__code="broken").update(properties={"amount": "2"})


def test_an_event_that_could_not_be_charged_waits_for_the_retry(organization: Organization) -> None:
    assert [(fee.subscription.external_id, fee.amount_cents) for fee in Fee.objects.all()] == [("fine", 1000)]
    failure = BillingFailure.objects.get()
    still = retry_customer(failure=failure)
    assert set(still.failures) == {failure.customer_id}
    repair()
    billed = retry_customer(failure=BillingFailure.objects.get(resolved_at__isnull=True))
    # 5 × 2.00
    assert Fee.objects.get(subscription__external_id="broken").amount_cents == 1000
    assert len(billed.invoice_ids) == 1
    assert not BillingFailure.objects.filter(resolved_at__isnull=True).exists()
    assert not UnchargedFlush.objects.exists()


def test_a_run_that_succeeds_does_not_hide_events_without_a_fee(organization: Organization) -> None:
    repair()
    bill(organization, at=instant("2024-02-01"))
    failure = BillingFailure.objects.get(resolved_at__isnull=True)
    retry_customer(failure=failure)
    assert Fee.objects.filter(subscription__external_id="broken", pay_in_advance=True).count() == 1
    assert not BillingFailure.objects.filter(resolved_at__isnull=True).exists()


def test_charging_the_flush_again_forgets_what_was_kept(organization: Organization) -> None:
    repair()
    charge_events(flush_id=UsageFlush.objects.get().pk)
    assert Fee.objects.count() == 2
    assert not UnchargedFlush.objects.exists()


def test_a_flush_is_kept_once_for_a_customer(organization: Organization) -> None:
    kept = UnchargedFlush.objects.get()
    with pytest.raises(IntegrityError, match="uncharged_flush_once_per_customer"), transaction.atomic():
        UnchargedFlush.objects.create(customer=kept.customer, flush=kept.flush)
