"""Fees paid without an invoice, gathered on one when the period ends (M16, 3-D13)."""

from typing import Any

import pytest

from billing_site.kernel.errors import NotAllowed
from customers.models import Organization
from invoices.models import Fee, FeePaymentStatus, Invoice, Payment, PaymentReceipt
from invoices.services.fee import update_fee
from plans.services.subscription import terminate_subscription
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db
FEBRUARY = instant("2024-02-01")


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def subscribe(organization: Organization, external_id: str = "sub", **charge: Any) -> None:
    """30.00 EUR in arrears and 0.33 an event, paid one by one; paid ones are gathered."""
    options = {"pay_in_advance": True, "invoiceable": False, "regroup_paid_fees": "invoice", **charge}
    priced = a_charge(a_metric(organization, external_id), "0.33", **options)
    a_subscription(organization, a_plan(organization, charges=[priced]), external_id, external_customer_id="acme")


def use(organization: Organization, *transactions: str, external_id: str = "sub") -> list[Fee]:
    for transaction in transactions:
        event = an_event(value=1, code=external_id, transaction_id=transaction, external_subscription_id=external_id)
        send(organization, event)
    return list(Fee.objects.filter(pay_in_advance_event_transaction_id__in=transactions).order_by("created_at", "id"))


def pay(fees: list[Fee], at: str = "2024-01-10") -> None:
    for fee in fees:
        update_fee(fee=fee, payment_status=FeePaymentStatus.SUCCEEDED, at=instant(at))


def gathered(organization: Organization) -> list[Invoice]:
    return list(Invoice.objects.filter(organization=organization, invoice_type="advance_charges").order_by("billed_at"))


def test_paid_fees_are_on_one_invoice_that_is_paid(organization: Organization) -> None:
    a_customer(organization, "acme")
    a_tax(organization, applied_to_organization=True)
    subscribe(organization)
    pay(use(organization, "a", "b"))
    [unpaid] = use(organization, "c")
    bill(organization, at=FEBRUARY)
    [invoice] = gathered(organization)
    # 2 × 0.33, and of 0.066 tax each 7 cents: added up as they were rounded, not 13 of 13.2.
    assert (invoice.fees_amount_cents, invoice.taxes_amount_cents, invoice.total_amount_cents) == (66, 14, 80)
    assert (invoice.status, invoice.payment_status, invoice.total_paid_amount_cents) == ("finalized", "succeeded", 80)
    assert [(line.fees_amount_cents, line.amount_cents) for line in invoice.applied_taxes.all()] == [(66, 14)]
    assert invoice.taxes_rate_percent == 20
    assert invoice.fees.count() == 2
    unpaid.refresh_from_db()
    assert unpaid.invoice is None
    payment = Payment.objects.get()
    assert (payment.amount_cents, payment.payment_type) == (80, "manual")
    assert payment.allocations.get().invoice == invoice
    assert PaymentReceipt.objects.get().payment == payment


def test_the_invoice_on_the_wire(organization: Organization) -> None:
    a_customer(organization, "acme", invoice_grace_period=3)
    subscribe(organization)
    pay(use(organization, "a"))
    bill(organization, at=FEBRUARY)
    [invoice] = gathered(organization)
    shown = ApiClient(organization).get(f"/invoices/{invoice.id}")["invoice"]
    # Issued at once, whatever the grace period.
    assert (shown["invoice_type"], shown["status"], shown["issuing_date"]) == (
        "advance_charges",
        "finalized",
        "2024-02-01",
    )
    assert [period["invoicing_reason"] for period in shown["billing_periods"]] == ["in_advance_charge_periodic"]
    assert [fee["event_transaction_id"] for fee in shown["fees"]] == ["a"]


def test_only_what_was_paid_by_then_is_taken_and_the_rest_the_next_time(organization: Organization) -> None:
    a_customer(organization, "acme")
    subscribe(organization)
    first, second = use(organization, "a", "b")
    pay([first])
    bill(organization, at=FEBRUARY)
    pay([second], at="2024-02-03")
    bill(organization, at=instant("2024-03-01"))
    assert [list(invoice.fees.all()) for invoice in gathered(organization)] == [[first], [second]]
    bill(organization, at=instant("2024-04-01"))
    assert len(gathered(organization)) == 2


def test_subscriptions_whose_periods_end_together_share_it(organization: Organization) -> None:
    a_customer(organization, "acme")
    for name in ("one", "two"):
        subscribe(organization, name)
        pay(use(organization, f"of-{name}", external_id=name))
    bill(organization, at=FEBRUARY)
    [invoice] = gathered(organization)
    assert (invoice.fees.count(), invoice.invoice_subscriptions.count()) == (2, 2)


def test_what_is_not_to_be_gathered_stays_alone(organization: Organization) -> None:
    a_customer(organization, "acme")
    subscribe(organization, regroup_paid_fees=None)
    pay(use(organization, "a"))
    bill(organization, at=FEBRUARY)
    assert gathered(organization) == []


def test_the_last_invoice_gathers_too(organization: Organization) -> None:
    a_customer(organization, "acme")
    subscribe(organization)
    pay(use(organization, "a"))
    subscription = organization.subscriptions.get()
    end = instant("2024-01-20")
    organization.change(at=end, test_clock_at=end)
    terminate_subscription(subscription=subscription, at=end)
    assert [invoice.fees_amount_cents for invoice in gathered(organization)] == [33]


def test_a_gathered_fee_is_final(organization: Organization) -> None:
    a_customer(organization, "acme")
    subscribe(organization)
    [fee] = use(organization, "a")
    pay([fee])
    bill(organization, at=FEBRUARY)
    with pytest.raises(NotAllowed):
        update_fee(fee=fee, payment_status=FeePaymentStatus.REFUNDED, at=FEBRUARY)
