"""What is issued: invoices of nothing, several currencies, due dates, and a subscription that follows another."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from customers.services.customer import create_or_update_customer
from invoices.models import DocumentSequence, Fee, Invoice, InvoiceStatus, PaymentStatus
from invoices.services.invoice import mark_overdue, update_invoice
from plans.models import Subscription
from plans.periods import TICK
from plans.services.subscription import terminate_subscription
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

FEBRUARY = instant("2024-02-01")
MARCH = instant("2024-03-01")


@pytest.fixture
def organization():
    return an_organization()


def test_an_invoice_of_nothing_may_be_closed_and_then_takes_no_number(organization):
    a_customer(organization, "acme", finalize_zero_amount_invoice="skip")
    free = a_plan(organization, amount_cents=0)
    subscription = a_subscription(organization, free, external_customer_id="acme")

    (closed,) = bill(organization, at=FEBRUARY)

    assert (closed.status, closed.sequential_id) == (InvoiceStatus.CLOSED, None)
    assert not Invoice.objects.visible().exists()
    assert not DocumentSequence.objects.exists()
    # It was billed all the same: the next one is March's, and it is the first to be numbered.
    subscription.refresh_from_db()
    assert subscription.next_billing_at == MARCH
    a_subscription(organization, external_customer_id="acme", at=FEBRUARY)
    assert [invoice.sequential_id for invoice in bill(organization, at=MARCH)] == [None, 1]


def test_an_invoice_of_nothing_is_finalized_and_paid_unless_the_customer_says_otherwise(organization):
    a_customer(organization, "acme", finalize_zero_amount_invoice="finalize")
    a_subscription(organization, a_plan(organization, amount_cents=0), external_customer_id="acme")

    (invoice,) = bill(organization, at=FEBRUARY)

    assert (invoice.status, invoice.payment_status) == (InvoiceStatus.FINALIZED, PaymentStatus.SUCCEEDED)
    assert mark_overdue(organization=organization, at=MARCH) == 0


def test_every_currency_has_an_invoice_of_its_own(organization):
    a_customer(organization, "acme")
    for currency, amount_cents in (("EUR", 1000), ("JPY", 500), ("KWD", 12345), ("EUR", 2000)):
        plan = a_plan(organization, amount_cents=amount_cents, amount_currency=currency)
        a_subscription(organization, plan, external_customer_id="acme")

    invoices = bill(organization, at=FEBRUARY)

    totals = {invoice.currency: invoice.total_amount_cents for invoice in invoices}
    assert totals == {"EUR": 3000, "JPY": 500, "KWD": 12345}
    assert {invoice.sequential_id for invoice in invoices} == {1, 2, 3}


def test_an_invoice_is_overdue_from_the_day_after_its_due_date_until_it_is_paid(organization):
    a_customer(organization, "acme", net_payment_term=10)
    a_subscription(organization, external_customer_id="acme")
    (invoice,) = bill(organization, at=FEBRUARY)
    assert str(invoice.payment_due_date) == "2024-02-11"

    assert mark_overdue(organization=organization, at=instant("2024-02-11T23:59:59Z")) == 0
    assert mark_overdue(organization=organization, at=instant("2024-02-12")) == 1
    assert mark_overdue(organization=organization, at=instant("2024-02-13")) == 0

    update_invoice(invoice=invoice, at=instant("2024-02-13"), changes={"payment_status": "succeeded"})
    assert not Invoice.objects.get().payment_overdue


def test_an_event_at_the_instant_of_a_termination_is_not_billed_again_by_the_subscription_that_follows(organization):
    a_customer(organization, "acme")
    plan = a_plan(organization, amount_cents=0, charges=[a_charge(a_metric(organization))])
    first = a_subscription(organization, plan, "sub", external_customer_id="acme")
    ended_at = instant("2024-01-10T12:00:00Z")
    for at in (ended_at - TICK, ended_at, ended_at + TICK):
        send(organization, an_event(value=1, external_subscription_id="sub", at=at))

    bill(organization, at=ended_at)
    terminate_subscription(subscription=first, at=ended_at)
    a_subscription(organization, plan, "sub", external_customer_id="acme", at=ended_at)
    bill(organization, at=FEBRUARY)

    # Two up to and including the end, one after it.
    charged = Fee.objects.filter(fee_type="charge").order_by("created_at")
    assert list(charged.values_list("amount_cents", flat=True)) == [200, 100]


def test_a_customer_who_moves_east_and_back_is_billed_for_every_event_once(organization):
    a_customer(organization, "acme", timezone="America/Los_Angeles")
    plan = a_plan(organization, amount_cents=0, charges=[a_charge(a_metric(organization))])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    hourly = [instant("2024-01-01T12:00:00Z") + timedelta(hours=hour) for hour in range(24 * 85)]
    send(organization, *(an_event(value=1, external_subscription_id="sub", at=at) for at in hourly[:1000]))
    send(organization, *(an_event(value=1, external_subscription_id="sub", at=at) for at in hourly[1000:2000]))

    for moved_at, zone in (("2024-02-10", "Pacific/Auckland"), ("2024-03-10", "America/Los_Angeles")):
        bill(organization, at=instant(moved_at))
        create_or_update_customer(organization=organization, external_id="acme", timezone=zone, at=instant(moved_at))
    bill(organization, at=instant("2024-03-20"))
    terminate_subscription(subscription=Subscription.objects.get(), at=instant("2024-03-26"))

    # 2,000 events of one unit at 1.00.
    assert Fee.objects.aggregate(billed=Sum("amount_cents"))["billed"] == 200_000
