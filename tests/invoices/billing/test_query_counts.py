"""The number of statements does not grow with the number of customers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.billing.run import open_run, work_on_chunk
from invoices.billing.usage import current_usage
from invoices.models import Credit, Invoice
from invoices.queries import for_wire, invoices_of, with_details
from invoices.services.invoice import finalize_due_drafts
from invoices.wire.invoice import invoice_details_wire, invoices_wire
from plans.models import Subscription
from plans.queries import with_terms
from tests.support.builders import a_tax, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.many import many_subscriptions
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

JANUARY = instant("2024-01-01")
FEBRUARY = instant("2024-02-01")


def a_world(count, **entity):
    organization = an_organization()
    a_tax(organization, applied_to_organization=True)
    organization.billing_entities.update(**entity)
    metric = a_metric(organization)
    plan = a_plan(organization, charges=[a_charge(metric), a_charge(a_metric(organization, "requests"), "0.5")])
    many_subscriptions(organization, plan, count, started_at=JANUARY)
    names = [f"many-{number}" for number in range(count)]
    send(organization, *(an_event(value=2, external_subscription_id=name, at=JANUARY) for name in names))
    return organization


def statements(work):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def test_a_chunk_of_fifty_takes_as_many_statements_as_one_of_five():
    def billed(count):
        run = open_run(a_world(count), at=FEBRUARY)
        taken = statements(lambda: work_on_chunk(run.id))
        assert Invoice.objects.filter(organization=run.organization).count() == count
        return taken

    assert billed(5) == billed(50)


def test_coupons_cost_a_chunk_of_fifty_as_many_statements_as_one_of_five():
    def billed(count):
        organization = a_world(count)
        of_plan = a_coupon(organization, applies_to={"plan_codes": [organization.subscriptions.first().plan.code]})
        parts = a_coupon(organization, frequency="once", amount_cents=5000)
        for customer in organization.customers.all():
            an_applied_coupon(customer, parts)
            an_applied_coupon(customer, of_plan, frequency="recurring", frequency_duration=2)
        run = open_run(organization, at=FEBRUARY)
        taken = statements(lambda: work_on_chunk(run.id))
        assert Credit.objects.filter(invoice__organization=organization).count() == 2 * count
        return taken

    assert billed(5) == billed(50)


def test_finalizing_fifty_drafts_takes_as_many_statements_as_five():
    def finalized(count):
        organization = a_world(count, invoice_grace_period=3)
        work_on_chunk(open_run(organization, at=FEBRUARY).id)
        return statements(lambda: finalize_due_drafts(organization=organization, at=instant("2024-02-04")))

    assert finalized(5) == finalized(50)


def test_the_current_usage_of_fifty_takes_as_many_statements_as_that_of_five():
    organization = a_world(50)
    subscriptions = list(with_terms(Subscription.objects.filter(organization=organization)))

    def read(count):
        return statements(lambda: current_usage(subscriptions[:count], at=instant("2024-01-20")))

    assert read(5) == read(50)


def test_lists_and_details_of_fifty_invoices_take_as_many_statements_as_of_five():
    organization = a_world(50)
    work_on_chunk(open_run(organization, at=FEBRUARY).id)

    def listed(count):
        return statements(lambda: invoices_wire(for_wire(invoices_of(organization))[:count]))

    def detailed(count):
        invoices = with_details(invoices_of(organization))[:count]
        return statements(lambda: [invoice_details_wire(invoice, at=FEBRUARY) for invoice in invoices])

    assert listed(5) == listed(50)
    assert detailed(5) == detailed(50)
