"""Billing runs: chunks, faults of single customers, and runs that were cut short."""

from datetime import timedelta

import pytest

from billing_site.kernel.ids import uuid7
from customers.models import Customer
from invoices.billing.run import GIVEN_UP, MAX_ATTEMPTS, finish_if_done, open_run, work_on_chunk
from invoices.models import (
    BillingFailure,
    BillingRun,
    BillingRunChunk,
    DocumentSequence,
    Invoice,
    InvoiceSubscription,
    RunStatus,
)
from invoices.services.billing import bill_organization, queue_billing, retry_customer
from invoices.services.due_work import run_due_work
from plans.models import Subscription, SubscriptionStatus
from plans.services.subscription import terminate_subscription
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

FEBRUARY = instant("2024-02-01")
MARCH = instant("2024-03-01")


@pytest.fixture
def organization():
    return an_organization()


def subscribe_many(organization, count):
    plan = a_plan(organization)
    return [a_subscription(organization, plan) for _ in range(count)]


def more_than_a_row_holds(organization):
    """The fee fits into its column, the total with its tax does not: only the writing finds that out."""
    a_tax(organization, "vat", 20)
    customer = a_customer(organization, "rich", tax_codes=["vat"])
    plan = a_plan(organization, amount_cents=2**63 - 1)
    a_subscription(organization, plan, external_customer_id=customer.external_id)
    return customer


def test_a_row_that_breaks_the_writing_sets_aside_its_own_customer_only(organization):
    before, customer, after = (
        subscribe_many(organization, 3),
        more_than_a_row_holds(organization),
        subscribe_many(organization, 3),
    )

    invoices = bill(organization, at=FEBRUARY)

    failure = BillingFailure.objects.get()
    assert (failure.customer_id, "DataError" in failure.reason) == (customer.id, True)
    assert {invoice.customer_id for invoice in invoices} == {one.customer_id for one in before + after}
    assert BillingRun.objects.get().customers_failed == 1
    # Everyone else has moved on to March, the one set aside has not.
    due = {one.customer_id: one.next_billing_at for one in Subscription.objects.all()}
    assert due.pop(customer.id) == FEBRUARY
    assert set(due.values()) == {MARCH}


def test_a_customer_whose_time_zone_nobody_knows_is_set_aside(organization):
    subscriptions = subscribe_many(organization, 3)
    Customer.objects.filter(id=subscriptions[0].customer_id).update(timezone="Mars/Olympus")

    assert len(bill(organization, at=FEBRUARY)) == 2
    assert "Mars/Olympus" in BillingFailure.objects.get().reason


def test_a_customer_set_aside_in_the_second_period_keeps_the_invoice_of_the_first(organization):
    (subscription,) = subscribe_many(organization, 1)
    bill(organization, at=FEBRUARY)
    # A counter that was set back by hand: March would get January's number again.
    DocumentSequence.objects.update(last_number=0)

    assert len(bill(organization, at=MARCH)) == 1
    assert "invoice_number_unique" in BillingFailure.objects.get().reason
    subscription.refresh_from_db()
    assert subscription.next_billing_at == MARCH


def test_who_was_set_aside_is_taken_up_again_a_day_later_and_not_at_every_tick(organization):
    subscribe_many(organization, 1)
    Customer.objects.update(timezone="Mars/Olympus")
    bill(organization, at=FEBRUARY)
    Customer.objects.update(timezone="")

    assert bill_organization(organization=organization, at=FEBRUARY + timedelta(hours=23)) == []
    assert BillingRun.objects.count() == 1

    (run,) = bill_organization(organization=organization, at=FEBRUARY + timedelta(days=1))
    assert (run.status, run.invoices_created) == (RunStatus.DONE, 1)
    assert not BillingFailure.objects.filter(resolved_at__isnull=True).exists()


def test_a_retry_bills_the_customer_at_once(organization):
    subscribe_many(organization, 1)
    Customer.objects.update(timezone="Mars/Olympus")
    bill(organization, at=FEBRUARY)
    failure = BillingFailure.objects.get()
    assert retry_customer(failure=failure).failures
    # The newer reason stands in place of the older one.
    assert BillingFailure.objects.filter(resolved_at__isnull=True).count() == 1

    Customer.objects.update(timezone="")
    assert len(retry_customer(failure=failure).invoice_ids) == 1
    assert not BillingFailure.objects.filter(resolved_at__isnull=True).exists()


def test_a_last_invoice_that_could_not_be_made_is_made_by_the_retry(organization):
    (subscription,) = subscribe_many(organization, 1)
    Customer.objects.update(net_payment_term=2**31 - 1)
    terminate_subscription(subscription=subscription, at=instant("2024-01-10"))
    failure = BillingFailure.objects.get()
    assert Invoice.objects.count() == 0

    Customer.objects.update(net_payment_term=0)
    retry_customer(failure=failure)

    # 10 of 31 days of 3,000: 967.74
    assert [invoice.total_amount_cents for invoice in Invoice.objects.all()] == [968]
    assert retry_customer(failure=failure).invoice_ids == []


def test_a_first_invoice_that_could_not_be_made_is_made_with_the_next_run(organization):
    a_subscription(organization, external_customer_id="acme")
    Customer.objects.update(net_payment_term=2**31 - 1)
    plan = a_plan(organization, pay_in_advance=True)
    a_subscription(organization, plan, external_customer_id="acme", billing_time="anniversary")
    assert Invoice.objects.count() == 0

    Customer.objects.update(net_payment_term=0)
    bill(organization, at=FEBRUARY)

    reasons = InvoiceSubscription.objects.order_by("billed_at").values_list("invoicing_reason", flat=True)
    assert list(reasons) == ["subscription_starting", "subscription_periodic", "subscription_periodic"]


def test_a_run_that_was_cut_short_is_finished_before_what_fell_due_since(organization):
    subscribe_many(organization, 4)
    run = open_run(organization, at=FEBRUARY, chunk_size=2)
    assert work_on_chunk(run.id)

    done = run_due_work(organization=organization, at=MARCH)

    # Two were left of February, and all four of March.
    assert done.invoices_created == 2 + 4 + 2
    assert [run.at for run in BillingRun.objects.order_by("at")] == [FEBRUARY, MARCH]
    assert Invoice.objects.count() == 8


def test_a_chunk_that_keeps_killing_its_worker_is_given_up(organization):
    subscribe_many(organization, 3)
    run = open_run(organization, at=FEBRUARY, chunk_size=2)
    BillingRunChunk.objects.filter(position=0).update(attempts=MAX_ATTEMPTS)

    while work_on_chunk(run.id):
        pass

    run.refresh_from_db()
    assert (run.status, run.customers_failed, run.invoices_created) == (RunStatus.DONE_WITH_FAILURES, 2, 1)
    assert {failure.reason for failure in run.failures.all()} == {GIVEN_UP.format(attempts=MAX_ATTEMPTS)}


def test_the_chunks_that_have_killed_no_worker_come_first(organization):
    subscribe_many(organization, 2)
    run = open_run(organization, at=FEBRUARY, chunk_size=1)
    BillingRunChunk.objects.filter(position=0).update(attempts=1)

    work_on_chunk(run.id)

    assert run.chunks.get(status="pending").position == 0


def test_a_run_over_nothing_leaves_no_trace(organization):
    subscribe_many(organization, 1)

    assert bill_organization(organization=organization, at=instant("2024-01-31")) == []
    assert queue_billing(organization=organization, at=instant("2024-01-31")) is None
    assert BillingRun.objects.count() == 0


def test_a_run_is_closed_once(organization):
    subscribe_many(organization, 1)
    (run,) = bill_organization(organization=organization, at=FEBRUARY)

    finish_if_done(run.id)

    assert BillingRun.objects.get().finished_at == run.finished_at


def test_a_terminated_subscription_whose_chunk_was_already_cut_is_not_billed_periodically_again(organization):
    (subscription,) = subscribe_many(organization, 1)
    run = open_run(organization, at=FEBRUARY)
    terminate_subscription(subscription=subscription, at=instant("2024-02-10"))
    assert Invoice.objects.count() == 2

    work_on_chunk(run.id)

    # January, which the run had not made in time, and 10 of February's 29 days.
    assert sorted(Invoice.objects.values_list("total_amount_cents", flat=True)) == [1034, 3000]
    assert Subscription.objects.get().status == SubscriptionStatus.TERMINATED


def test_ids_of_customers_that_do_not_exist_are_passed_over(organization):
    run = BillingRun.objects.create(organization=organization, at=FEBRUARY, created_at=FEBRUARY)
    BillingRunChunk.objects.create(run=run, position=0, customer_ids=[uuid7()])

    assert work_on_chunk(run.id)
    assert BillingRun.objects.get().status == RunStatus.DONE
