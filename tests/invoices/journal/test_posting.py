"""Every document posts its entry, told as stories."""

from decimal import Decimal

import pytest

from invoices.billing.credit_notes.requested import AskedItem
from invoices.billing.credit_notes.voids import VoidCredit
from invoices.billing.journal.invoices import issued_lines
from invoices.models import Invoice, JournalEntry, JournalLine
from invoices.services.credit_note import create_credit_note, update_credit_note, void_credit_note
from invoices.services.payment import Part, record_payment
from invoices.services.void import void_invoice
from invoices.services.wallet.expiry import end_wallets
from invoices.settlement import Split
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.coupons import an_applied_coupon
from tests.support.invoices import an_invoice
from tests.support.journal import balances, check_books, entry_of
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import a_wallet, buy, grant, void

pytestmark = pytest.mark.django_db

FEBRUARY = instant("2024-02-01")


@pytest.fixture
def organization():
    made = an_organization()
    a_tax(made, applied_to_organization=True)
    return made


@pytest.fixture
def customer(organization):
    return a_customer(organization, "acme", currency="EUR")


def subscribed(organization, **fields):
    metric = a_metric(organization)
    plan = a_plan(organization, amount_cents=10000, charges=[a_charge(metric, "5")], **fields)
    subscription = a_subscription(organization, plan, "sub", external_customer_id="acme")
    send(organization, an_event(value=4, external_subscription_id="sub", at=instant("2024-01-10")))
    return subscription


def pay(invoice, cents=None):
    organization = invoice.organization
    part = Part(invoice.id, cents or invoice.total_amount_cents)
    return record_payment(organization=organization, parts=[part], reference="bank", at=organization.now())


def credit(invoice, cents, **split):
    fee = invoice.fees.get()
    asked = [AskedItem(fee.id, cents)]
    return create_credit_note(invoice=invoice, items=asked, split=Split(**split), at=invoice.organization.now())


def test_a_period_is_booked_by_plan_and_charge(organization, customer):
    subscription = subscribed(organization)
    an_applied_coupon(customer, amount_cents=2000)
    (invoice,) = bill(organization, at=FEBRUARY)
    # 100.00 + 4 × 5.00 − 20.00 = 100.00, + 20 % tax
    assert entry_of(invoice) == {
        "revenue": -12000,
        "coupons": 2000,
        "tax_payable": -2000,
        "accounts_receivable": 12000,
    }
    revenue = JournalLine.objects.filter(account="revenue").order_by("position")
    assert [(line.plan, line.item_kind, line.amount_cents) for line in revenue] == [
        (subscription.plan, "subscription", -10000),
        (subscription.plan, "charge", -2000),
    ]
    assert JournalEntry.objects.get().date == invoice.issuing_date
    check_books(organization)


def test_a_draft_is_posted_when_it_is_final(organization):
    a_customer(organization, "acme", currency="EUR", invoice_grace_period=3)
    subscribed(organization)
    (draft,) = bill(organization, at=FEBRUARY)
    assert entry_of(draft) == {}
    bill(organization, at=instant("2024-02-04"))
    assert entry_of(draft)["accounts_receivable"] == 14400
    check_books(organization)


def test_an_invoice_over_nothing_has_no_entry(organization, customer):
    a_subscription(organization, a_plan(organization, amount_cents=0), "sub", external_customer_id="acme")
    bill(organization, at=FEBRUARY)
    assert Invoice.objects.exists() and not JournalEntry.objects.exists()


def test_overrides_are_booked_with_the_plan_that_they_override(organization, customer):
    plan = a_plan(organization, amount_cents=10000)
    a_subscription(organization, plan, "sub", external_customer_id="acme", plan_overrides={"amount_cents": 5000})
    bill(organization, at=FEBRUARY)
    assert [line.plan for line in JournalLine.objects.filter(account="revenue")] == [plan]


def test_payments_lower_what_is_receivable(organization, customer):
    invoice = an_invoice(customer)
    pay(invoice, 2000)
    # 100.00 + 20 % tax
    assert balances(organization)["accounts_receivable"] == 10000
    pay(invoice, 10000)
    assert balances(organization) == {"cash": 12000, "revenue": -10000, "tax_payable": -2000}


def test_a_void_is_the_exact_inverse(organization, customer):
    grant(a_wallet(customer), "30")
    subscribed(organization)
    (invoice,) = bill(organization, at=FEBRUARY)
    issued = entry_of(invoice)
    assert issued["credits_liability"] == 3000
    void_invoice(invoice=invoice, at=FEBRUARY)
    assert entry_of(invoice, "voided") == {account: -cents for account, cents in issued.items()}
    assert balances(organization) == {"granted_credits": 3000, "credits_liability": -3000}
    check_books(organization)


def test_what_was_paid_of_a_voided_invoice_is_owed_to_the_customer(organization, customer):
    invoice = an_invoice(customer)
    pay(invoice)
    void_invoice(invoice=invoice, at=organization.now())
    assert balances(organization) == {"cash": 12000, "accounts_receivable": -12000}


def test_a_paid_invoice_that_is_voided_for_credit_keeps_nothing_twice(organization, customer):
    invoice = an_invoice(customer)
    pay(invoice)
    void_invoice(invoice=invoice, at=organization.now(), credit=VoidCredit(credit_amount=12000))
    assert balances(organization) == {"cash": 12000, "credit_notes_liability": -12000}
    check_books(organization)


def test_an_unpaid_invoice_that_is_voided_with_nothing_kept_leaves_nothing(organization, customer):
    invoice = an_invoice(customer)
    void_invoice(invoice=invoice, at=organization.now(), credit=VoidCredit())
    assert balances(organization) == {}
    check_books(organization)


def test_what_was_offset_is_not_taken_back_again(organization, customer):
    invoice = an_invoice(customer)
    credit(invoice, 5000, offset_amount_cents=6000)
    assert balances(organization)["accounts_receivable"] == 6000
    invoice.refresh_from_db()
    void_invoice(invoice=invoice, at=organization.now())
    assert balances(organization) == {}


def test_a_credit_note_is_owed_until_it_is_used_refunded_or_voided(organization, customer):
    invoice = an_invoice(customer)
    pay(invoice)
    note = credit(invoice, 5000, credit_amount_cents=3600, refund_amount_cents=2400)
    # 50.00 + 20 % of tax = 60.00
    assert entry_of(note) == {
        "revenue": 5000,
        "tax_payable": 1000,
        "credit_notes_liability": -3600,
        "refunds_payable": -2400,
    }
    update_credit_note(credit_note=note, refund_status="succeeded", at=organization.now())
    assert entry_of(note, "refunded") == {"refunds_payable": 2400, "cash": -2400}
    void_credit_note(credit_note=note, at=organization.now())
    # 36.00 of 60.00: 30.00 of revenue and 6.00 of tax are earned again
    assert entry_of(note, "voided") == {"revenue": -3000, "tax_payable": -600, "credit_notes_liability": 3600}
    check_books(organization)


def test_a_refund_that_returns_is_owed_again(organization, customer):
    invoice = an_invoice(customer)
    pay(invoice)
    note = credit(invoice, 5000, refund_amount_cents=6000)
    for status in ("succeeded", "failed", "pending", "succeeded", "succeeded", "failed"):
        update_credit_note(credit_note=note, refund_status=status, at=organization.now())
    assert balances(organization)["refunds_payable"] == -6000
    assert balances(organization)["cash"] == 12000


def test_bought_credits_are_a_liability_once_they_are_paid(organization, customer):
    bought = buy(a_wallet(customer), "50", paid=False)
    assert balances(organization) == {"unpaid_credits": -5000, "accounts_receivable": 5000}
    pay(bought.invoice)
    assert balances(organization) == {"cash": 5000, "credits_liability": -5000}
    check_books(organization)


def test_granted_credits_are_a_liability_at_once(organization, customer):
    grant(a_wallet(customer), "30")
    assert balances(organization) == {"granted_credits": 3000, "credits_liability": -3000}


def test_credits_that_are_taken_out_are_not_owed_any_more(organization, customer):
    wallet = a_wallet(customer)
    pay(buy(wallet, "50", paid=False).invoice)
    grant(wallet, "30")
    # Granted credits go first: 30.00 of them and 10.00 of the bought ones
    void(wallet, "40")
    assert balances(organization) == {"cash": 5000, "credits_liability": -4000, "forfeited_credits": -1000}
    check_books(organization)


def test_what_is_left_in_a_wallet_that_ends_is_earned(organization, customer):
    wallet = a_wallet(customer)
    pay(buy(wallet, "50", paid=False).invoice)
    end_wallets(type(wallet).objects.filter(id=wallet.id), at=organization.now())
    assert balances(organization) == {"cash": 5000, "forfeited_credits": -5000}
    check_books(organization)


def test_credits_of_a_voided_invoice_whose_wallet_has_ended_are_forfeited(organization, customer):
    wallet = a_wallet(customer)
    grant(wallet, "30")
    subscribed(organization)
    (invoice,) = bill(organization, at=FEBRUARY)
    end_wallets(type(wallet).objects.filter(id=wallet.id), at=FEBRUARY)
    void_invoice(invoice=invoice, at=FEBRUARY)
    assert entry_of(invoice, "forfeited") == {"credits_liability": 3000, "forfeited_credits": -3000}
    check_books(organization)


def test_lines_from_a_draft_are_those_from_its_rows(organization, customer):
    subscribed(organization)
    an_applied_coupon(customer, percentage_rate=Decimal("12.5"))
    grant(a_wallet(customer), "1.23")
    (invoice,) = bill(organization, at=FEBRUARY)
    stored = JournalLine.objects.filter(entry__document_id=invoice.id)
    written = {(each.account, each.amount_cents, each.item_id, each.plan_id) for each in stored}
    again = issued_lines([invoice])[invoice.id]
    assert {(each.account, each.amount_cents, each.subject.id, each.subject.plan_id) for each in again} == written


def test_refunded_credits_are_not_owed_any_more(organization, customer):
    bought = buy(a_wallet(customer), "50", paid=False)
    pay(bought.invoice)
    note = credit(bought.invoice, 2000, refund_amount_cents=2000)
    assert balances(organization) == {"cash": 5000, "credits_liability": -3000, "refunds_payable": -2000}
    update_credit_note(credit_note=note, refund_status="succeeded", at=organization.now())
    assert balances(organization) == {"cash": 3000, "credits_liability": -3000}
    check_books(organization)


def test_an_offset_top_up_leaves_nothing(organization, customer):
    credit(buy(a_wallet(customer), "50", paid=False).invoice, 5000, offset_amount_cents=5000)
    assert balances(organization) == {}
    check_books(organization)
