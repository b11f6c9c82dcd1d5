"""Several connections that bill and finalize at once, and workers that die in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from billing_site.environment import PROJECT
from billing_site.kernel.errors import NotFound
from customers.models import Customer, DocumentNumbering
from customers.services.billing_entity import create_billing_entity
from invoices.billing import bill as bill_module
from invoices.billing.bill import bill_due
from invoices.billing.run import open_run, work_on_chunk
from invoices.models import BillingFailure, BillingRun, BillingRunChunk, Fee, Invoice, InvoiceStatus, RunStatus
from invoices.services.billing import bill_organization
from invoices.services.due_work import run_due_work
from invoices.services.invoice import finalize_due_drafts, finalize_invoice
from plans.models import Subscription
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.many import many_subscriptions
from tests.support.parallel import at_once
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db(transaction=True)

JANUARY = instant("2024-01-01")
FEBRUARY = instant("2024-02-01")
MARCH = instant("2024-03-01")


@pytest.fixture
def organization():
    return an_organization()


def numbered_per_entity(organization):
    organization.billing_entities.update(document_numbering=DocumentNumbering.PER_BILLING_ENTITY)


def assert_no_gaps(invoices):
    numbers = sorted(int(number.rpartition("-")[2]) for number in invoices.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_two_runs_at_once_bill_everyone_once(organization):
    many_subscriptions(organization, a_plan(organization), 40, started_at=JANUARY)
    open_run(organization, at=FEBRUARY, chunk_size=5)

    def bill():
        return bill_organization(organization=organization, at=FEBRUARY)

    results = at_once(bill, bill, bill)

    # Whoever returns does so when everything is done.
    assert {run.status for runs in results for run in runs} == {RunStatus.DONE}
    assert Invoice.objects.count() == 40
    assert BillingRun.objects.get().invoices_created == 40
    # Nobody's attempt was counted for another's.
    assert set(BillingRunChunk.objects.values_list("attempts", flat=True)) == {1}


def test_a_run_is_opened_once_by_callers_at_once(organization):
    many_subscriptions(organization, a_plan(organization), 3, started_at=JANUARY)

    runs = at_once(*[lambda: open_run(organization, at=FEBRUARY)] * 4)

    assert len({run.id for run in runs}) == 1


@pytest.mark.parametrize("per_entity", [False, True])
def test_numbers_have_no_gaps_when_drafts_are_finalized_at_once(organization, per_entity):
    if per_entity:
        numbered_per_entity(organization)
    a_customer(organization, "acme", invoice_grace_period=3)
    for currency in ("EUR", "USD", "GBP", "CHF", "SEK", "JPY"):
        plan = a_plan(organization, amount_currency=currency)
        a_subscription(organization, plan, currency, external_customer_id="acme")
    bill_organization(organization=organization, at=FEBRUARY)
    drafts = list(Invoice.objects.filter(status=InvoiceStatus.DRAFT))

    def finalize(draft):
        return lambda: finalize_invoice(invoice=draft, at=FEBRUARY)

    at_once(*map(finalize, drafts), lambda: finalize_due_drafts(organization=organization, at=FEBRUARY))

    assert_no_gaps(Invoice.objects.all())
    assert len(set(Invoice.objects.values_list("number", flat=True))) == 6


def test_of_two_finalizations_at_once_one_is_refused(organization):
    a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")
    bill_organization(organization=organization, at=FEBRUARY)
    draft = Invoice.objects.get()

    results = at_once(*[lambda: finalize_invoice(invoice=draft, at=FEBRUARY)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["Invoice", "NotFound"]
    assert isinstance(next(result for result in results if not isinstance(result, Invoice)), NotFound)
    assert Fee.objects.filter(invoice=draft).count() == 1


def test_a_run_and_a_finalization_through_the_api_at_once_number_without_gaps(organization):
    numbered_per_entity(organization)
    a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")
    bill_organization(organization=organization, at=FEBRUARY)
    draft = Invoice.objects.get()
    many_subscriptions(organization, a_plan(organization), 20, started_at=FEBRUARY)

    at_once(
        lambda: bill_organization(organization=organization, at=MARCH),
        lambda: finalize_invoice(invoice=draft, at=FEBRUARY),
    )

    assert_no_gaps(Invoice.objects.filter(status=InvoiceStatus.FINALIZED))
    assert Invoice.objects.filter(status=InvoiceStatus.FINALIZED).count() == 21


def test_batches_over_the_same_customers_and_counters_do_not_deadlock(organization):
    entity = organization.billing_entities.get()
    other = create_billing_entity(organization=organization, at=JANUARY, code="other", name="Other")
    numbered_per_entity(organization)
    many_subscriptions(organization, a_plan(organization), 20, started_at=JANUARY)
    ids = list(Customer.objects.order_by("id").values_list("id", flat=True))
    Customer.objects.filter(id__in=ids[::2]).update(billing_entity=other)
    # Late by three periods, so each transaction takes numbers three times, in whatever order its customers have.
    late = FEBRUARY + timedelta(days=60)

    def bill(customer_ids):
        def in_a_transaction():
            with transaction.atomic():
                return bill_due(organization, customer_ids, at=late)

        return in_a_transaction

    at_once(bill(ids), bill(ids[::-1]), bill(ids[:11]), bill(ids[9:]))

    assert Counter(Invoice.objects.values_list("customer_id", flat=True)) == dict.fromkeys(ids, 3)
    for each in (entity, other):
        assert_no_gaps(Invoice.objects.filter(billing_entity=each))


def test_a_connection_that_is_lost_in_the_middle_of_a_chunk_leaves_nothing_of_it(organization, monkeypatch):
    many_subscriptions(organization, a_plan(organization), 6, started_at=JANUARY)
    run = open_run(organization, at=FEBRUARY, chunk_size=3)
    move = bill_module.schedule_next_billing

    def die_after_copy(*, subscriptions):
        monkeypatch.setattr(bill_module, "schedule_next_billing", move)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(bill_module, "schedule_next_billing", die_after_copy)
    with pytest.raises(OperationalError):
        work_on_chunk(run.id)
    connection.close()

    assert Invoice.objects.count() == 0
    assert sorted(run.chunks.values_list("status", "attempts")) == [("pending", 0), ("pending", 1)]
    bill_organization(organization=organization, at=FEBRUARY)
    assert Invoice.objects.count() == 6
    assert not BillingFailure.objects.exists()


def run_billing(organization):
    database = connection.settings_dict
    code = (
        "import django\n"
        "django.setup()\n"
        "from django.db import connection\n"
        f"connection.settings_dict['NAME'] = {database['NAME']!r}\n"
        "from django.core.management import call_command\n"
        f"call_command('run_billing', '--organization', '{organization.id}')\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "billing_site.settings"}
    return subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_and_then_finished_bills_everyone_once(organization):
    numbered_per_entity(organization)
    count = 3000
    many_subscriptions(organization, a_plan(organization), count, started_at=JANUARY)
    organization.change(at=JANUARY, test_clock_at=FEBRUARY)

    kills = 0
    for wanted in (1, 1000):
        process = run_billing(organization)
        deadline = time.monotonic() + 60
        while process.poll() is None and Invoice.objects.count() < wanted and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
    run_due_work(organization=organization, at=FEBRUARY)

    assert kills >= 1
    assert Counter(Invoice.objects.values_list("customer_id", flat=True)).most_common(1)[0][1] == 1
    assert (Invoice.objects.count(), Fee.objects.count()) == (count, count)
    assert_no_gaps(Invoice.objects.all())
    assert not Subscription.objects.filter(next_billing_at__lte=FEBRUARY).exists()
    assert BillingRun.objects.get().invoices_created == count
