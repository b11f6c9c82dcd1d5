"""Drafts: what happens to an invoice between its making and the end of its grace period."""

import pytest

from billing_site.kernel.errors import NotFound
from customers.services.customer import create_or_update_customer, delete_customer
from invoices.models import BillingFailure, Invoice, InvoiceStatus, PaymentStatus
from invoices.services.billing import retry_customer
from invoices.services.invoice import finalize_due_drafts, finalize_invoice, refresh_invoice
from plans.models import Charge
from plans.services.plan import delete_plan, update_plan
from plans.services.subscription import terminate_subscription
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.services.billable_metric import delete_billable_metric

pytestmark = pytest.mark.django_db

FEBRUARY = instant("2024-02-01")


@pytest.fixture
def organization():
    organization = an_organization()
    a_customer(organization, "acme", invoice_grace_period=5)
    return organization


def subscribe(organization, external_id="sub", **plan):
    return a_subscription(organization, a_plan(organization, **plan), external_id, external_customer_id="acme")


def periods(invoice):
    (period,) = invoice.invoice_subscriptions.all()
    return (
        period.from_datetime,
        period.to_datetime,
        period.charges_from_datetime,
        period.charges_to_datetime,
    )


@pytest.mark.parametrize("pay_in_advance", [True, False])
def test_a_draft_covers_the_same_periods_after_the_subscription_has_ended(organization, pay_in_advance):
    subscription = subscribe(organization, amount_cents=2900, pay_in_advance=pay_in_advance)
    draft = bill(organization, at=FEBRUARY)[-1]
    before = (periods(draft), draft.total_amount_cents)

    terminate_subscription(subscription=subscription, at=instant("2024-02-03T12:00:00Z"))
    refreshed = refresh_invoice(invoice=draft, at=instant("2024-02-03T12:00:00Z"))
    assert (periods(refreshed), refreshed.total_amount_cents) == before

    final = finalize_invoice(invoice=draft, at=instant("2024-02-04"))
    # In advance the whole of February stays paid: what is unused is a credit note's business.
    assert (periods(final), final.total_amount_cents) == before


def test_a_starting_draft_covers_the_same_days_after_the_subscription_has_ended(organization):
    subscription = subscribe(organization, amount_cents=3100, pay_in_advance=True)
    (draft,) = Invoice.objects.all()

    terminate_subscription(subscription=subscription, at=instant("2024-01-03"))

    assert refresh_invoice(invoice=draft, at=instant("2024-01-03")).total_amount_cents == 3100


def test_a_last_invoice_stays_a_draft_too_and_keeps_its_days(organization):
    subscription = subscribe(organization, amount_cents=3100)
    terminate_subscription(subscription=subscription, at=instant("2024-01-10T08:00:00Z"))
    (draft,) = Invoice.objects.all()

    final = finalize_invoice(invoice=draft, at=instant("2024-01-12"))

    # 10 of 31 days.
    assert (draft.status, final.status, final.total_amount_cents) == ("draft", "finalized", 1000)
    assert str(final.issuing_date) == "2024-01-12"


def test_usage_sent_late_enters_the_draft_of_its_period_only(organization):
    metric = a_metric(organization)
    subscribe(organization, amount_cents=0, charges=[a_charge(metric)])
    (draft,) = bill(organization, at=FEBRUARY)
    send(organization, an_event(value=3, external_subscription_id="sub", at=instant("2024-01-31T23:59:59.999999Z")))
    send(organization, an_event(value=40, external_subscription_id="sub", at=FEBRUARY))

    # 3 × 1.00; the 40 are February's.
    assert refresh_invoice(invoice=draft, at=FEBRUARY).total_amount_cents == 300


def test_a_time_zone_that_changes_while_a_draft_is_open_changes_neither_its_periods_nor_its_days(organization):
    metric = a_metric(organization)
    subscribe(organization, amount_cents=3100, charges=[a_charge(metric)])
    (draft,) = bill(organization, at=FEBRUARY)
    before = periods(draft)

    create_or_update_customer(
        organization=organization, external_id="acme", timezone="Asia/Tokyo", at=instant("2024-02-02")
    )
    refreshed = refresh_invoice(invoice=draft, at=instant("2024-02-02"))

    assert (periods(refreshed), refreshed.total_amount_cents, refreshed.timezone) == (before, 3100, "UTC")


def test_a_plans_new_price_reaches_its_open_drafts_and_no_issued_invoice(organization):
    subscription = subscribe(organization, amount_cents=3000)
    (draft,) = bill(organization, at=FEBRUARY)
    update_plan(plan=subscription.plan, amount_cents=5000, at=FEBRUARY)

    assert finalize_invoice(invoice=draft, at=FEBRUARY).total_amount_cents == 5000
    update_plan(plan=subscription.plan, amount_cents=7000, at=FEBRUARY)

    assert refresh_invoice(invoice=draft, at=FEBRUARY).total_amount_cents == 5000


def test_a_deleted_plans_drafts_keep_its_price_and_are_finalized(organization):
    subscription = subscribe(organization, amount_cents=3000)
    (draft,) = bill(organization, at=FEBRUARY)
    delete_plan(plan=subscription.plan, at=FEBRUARY)

    draft.refresh_from_db()
    assert (draft.status, draft.total_amount_cents) == (InvoiceStatus.FINALIZED, 3000)


def test_a_deleted_metric_leaves_the_draft_without_its_fees(organization):
    metric = a_metric(organization)
    subscribe(organization, amount_cents=3000, charges=[a_charge(metric)])
    send(organization, an_event(value=3, external_subscription_id="sub", at=instant("2024-01-10")))
    (draft,) = bill(organization, at=FEBRUARY)
    assert draft.total_amount_cents == 3300

    delete_billable_metric(metric=metric, at=FEBRUARY)

    assert finalize_invoice(invoice=draft, at=FEBRUARY).total_amount_cents == 3000


def test_a_deleted_customers_drafts_are_finalized_and_the_last_invoices_do_not_wait(organization):
    subscribe(organization, amount_cents=2900)
    (draft,) = bill(organization, at=FEBRUARY)
    customer = draft.customer

    delete_customer(customer=customer, at=instant("2024-02-02"))

    invoices = Invoice.objects.order_by("billed_at")
    # January, and 2 of February's 29 days.
    assert [(invoice.status, invoice.total_amount_cents) for invoice in invoices] == [
        ("finalized", 2900),
        ("finalized", 200),
    ]
    assert {invoice.sequential_id for invoice in invoices} == {1, 2}


def test_a_draft_that_cannot_be_computed_stays_one_and_the_others_are_finalized(organization):
    metric = a_metric(organization)
    subscribe(organization, charges=[a_charge(metric)])
    a_customer(organization, "sound", invoice_grace_period=5)
    a_subscription(organization, external_id="other", external_customer_id="sound")
    bill(organization, at=FEBRUARY)
    Charge.objects.update(properties={"amount": "nonsense"})

    assert finalize_due_drafts(organization=organization, at=instant("2024-02-06")) == 1
    failure = BillingFailure.objects.get()
    assert (failure.customer.external_id, failure.resolved_at) == ("acme", None)
    assert "draft" in failure.reason

    Charge.objects.update(properties={"amount": "1"})
    organization.change(at=instant("2024-02-07"), test_clock_at=instant("2024-02-07"))
    failure.refresh_from_db()
    retry_customer(failure=failure)
    failure.refresh_from_db()
    assert failure.resolved_at == instant("2024-02-07")
    assert not Invoice.objects.filter(status=InvoiceStatus.DRAFT).exists()


def test_finalizing_twice_is_refused_and_refreshing_what_is_final_changes_nothing(organization):
    subscribe(organization)
    (draft,) = bill(organization, at=FEBRUARY)
    final = finalize_invoice(invoice=draft, at=FEBRUARY)
    fees = list(final.fees.values_list("id", flat=True))

    with pytest.raises(NotFound):
        finalize_invoice(invoice=draft, at=FEBRUARY)
    assert refresh_invoice(invoice=draft, at=instant("2024-02-03")).updated_at == final.updated_at
    assert list(final.fees.values_list("id", flat=True)) == fees


def test_drafts_have_no_number_and_no_due_date_and_get_both_in_the_order_they_are_finalized(organization):
    for name in ("one", "two"):
        plan = a_plan(organization, amount_currency={"one": "EUR", "two": "USD"}[name])
        a_subscription(organization, plan, name, external_customer_id="acme")
    drafts = bill(organization, at=FEBRUARY)
    assert [(draft.currency, draft.sequential_id, draft.payment_due_date) for draft in drafts] == [
        ("EUR", None, None),
        ("USD", None, None),
    ]

    numbers = [finalize_invoice(invoice=draft, at=FEBRUARY).sequential_id for draft in reversed(drafts)]

    assert numbers == [1, 2]


def test_a_draft_follows_a_tax_that_changes_until_it_is_final(organization):
    a_tax(organization, "vat", 20)
    a_customer(organization, "acme", tax_codes=["vat"])
    subscribe(organization, amount_cents=1000)
    (draft,) = bill(organization, at=FEBRUARY)
    assert draft.taxes_amount_cents == 200

    a_customer(organization, "acme", tax_codes=[])

    assert finalize_invoice(invoice=draft, at=FEBRUARY).taxes_amount_cents == 0
    assert draft.applied_taxes.count() == 0


def test_a_final_invoice_of_nothing_is_paid_and_a_draft_is_not(organization):
    subscribe(organization, amount_cents=0)
    (draft,) = bill(organization, at=FEBRUARY)
    assert draft.payment_status == PaymentStatus.PENDING

    assert finalize_invoice(invoice=draft, at=FEBRUARY).payment_status == PaymentStatus.SUCCEEDED
