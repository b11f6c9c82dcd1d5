"""Periodic invoices, told as dated stories."""

import pytest

from invoices.models import BillingFailure, BillingRun, Fee, Invoice, InvoiceStatus, RunStatus
from invoices.services.billing import bill_organization
from plans.models import Charge
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


def test_a_month_in_arrears_is_billed_on_the_first_of_the_next():
    organization = an_organization(at=instant("2024-01-16"))
    a_subscription(organization, a_plan(organization, amount_cents=3100))

    assert bill(organization, at=instant("2024-01-31T23:59:59Z")) == []
    (invoice,) = bill(organization, at=instant("2024-02-01"))

    # 16 of 31 days: 16 × 100
    assert invoice.total_amount_cents == 1600
    assert invoice.status == InvoiceStatus.FINALIZED
    assert str(invoice.issuing_date) == "2024-02-01"


def test_usage_is_priced_and_taxed():
    organization = an_organization()
    a_tax(organization, "vat", 20)
    a_customer(organization, "acme", tax_codes=["vat"])
    metric = a_metric(organization)
    plan = a_plan(organization, amount_cents=0, charges=[a_charge(metric, "0.0000025")])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    send(organization, an_event(value=18_059_974, external_subscription_id="sub", at=instant("2024-01-10")))

    (invoice,) = bill(organization, at=instant("2024-02-01"))

    # 18,059,974 × 0.0000025 = 45.149935; 20 % of 4,515 = 903
    assert (invoice.fees_amount_cents, invoice.taxes_amount_cents, invoice.total_amount_cents) == (4515, 903, 5418)


def test_billing_twice_changes_nothing():
    organization = an_organization()
    a_subscription(organization)
    first = bill(organization, at=instant("2024-02-01"))

    assert bill_organization(organization=organization, at=instant("2024-02-01")) == []
    assert list(Invoice.objects.filter(organization=organization)) == first


def test_a_worker_that_was_down_catches_up_period_by_period():
    organization = an_organization()
    a_subscription(organization)

    invoices = bill(organization, at=instant("2024-04-15"))

    assert [str(invoice.issuing_date) for invoice in invoices] == ["2024-02-01", "2024-03-01", "2024-04-01"]
    assert [invoice.sequential_id for invoice in invoices] == [1, 2, 3]


def test_subscriptions_of_one_customer_share_an_invoice():
    organization = an_organization()
    a_customer(organization, "acme")
    for name in ("one", "two"):
        a_subscription(organization, external_id=name, external_customer_id="acme")

    (invoice,) = bill(organization, at=instant("2024-02-01"))

    assert invoice.fees.count() == 2


def test_a_customer_that_fails_is_set_aside_and_the_others_are_billed():
    organization = an_organization()
    metric = a_metric(organization)
    broken = a_plan(organization, charges=[a_charge(metric)])
    a_subscription(organization, broken, "broken")
    a_subscription(organization, external_id="sound")
    Charge.objects.update(properties={"amount": "nonsense"})

    (invoice,) = bill(organization, at=instant("2024-02-01"))

    failure = BillingFailure.objects.get()
    assert "invalid_amount" in failure.reason
    assert failure.customer != invoice.customer
    assert BillingRun.objects.get().status == RunStatus.DONE_WITH_FAILURES

    Charge.objects.update(properties={"amount": "1"})
    assert len(bill(organization, at=instant("2024-02-02"))) == 2
    failure.refresh_from_db()
    assert failure.resolved_at == instant("2024-02-02")


def test_a_grace_period_keeps_the_invoice_a_draft_until_it_ends():
    organization = an_organization()
    a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")

    (draft,) = bill(organization, at=instant("2024-02-01"))
    assert draft.status == InvoiceStatus.DRAFT
    assert draft.number.endswith("-DRAFT")

    (invoice,) = bill(organization, at=instant("2024-02-04"))
    assert invoice.id == draft.id
    assert invoice.status == InvoiceStatus.FINALIZED
    assert invoice.number.endswith("-001-001")
    assert str(invoice.issuing_date) == "2024-02-04"


def test_an_advance_plan_is_invoiced_at_its_start_for_the_days_to_come():
    organization = an_organization(at=instant("2024-01-16"))
    a_subscription(organization, a_plan(organization, amount_cents=3100, pay_in_advance=True))

    (invoice,) = Invoice.objects.all()

    # 16 of 31 days
    assert invoice.total_amount_cents == 1600


def test_a_fee_of_nothing_is_not_kept():
    organization = an_organization()
    metric = a_metric(organization)
    a_subscription(organization, a_plan(organization, charges=[a_charge(metric)]))

    bill(organization, at=instant("2024-02-01"))

    assert [fee.fee_type for fee in Fee.objects.all()] == ["subscription"]
