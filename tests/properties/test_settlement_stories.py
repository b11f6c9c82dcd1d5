"""Whatever is issued, paid, given back and voided, in whatever order: parts sum to the whole and the books balance."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from billing_site.kernel.errors import BillingError
from invoices.billing.credit_notes.requested import AskedItem
from invoices.billing.credit_notes.voids import VoidCredit
from invoices.models import CreditNote, Invoice, InvoiceStatus, Wallet
from invoices.services.credit_note import create_credit_note, update_credit_note, void_credit_note
from invoices.services.payment import Part, record_payment
from invoices.services.void import void_invoice
from invoices.settlement import Split
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.coupons import an_applied_coupon
from tests.support.invoices import an_invoice
from tests.support.journal import check_books, entry_of
from tests.support.parallel import at_once
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import a_wallet, buy, grant, void

pytestmark = [pytest.mark.slow]

cents = st.integers(1, 20000)
credits = st.decimals("0.01", 150, places=2)


class Customer(RuleBasedStateMachine):
    """Who owes 30.00 a month and usage at 0.33 a unit, with 19 % tax, coupons and a wallet."""

    @initialize(percentage=st.integers(1, 100))
    def open(self, percentage):
        self.organization = an_organization()
        a_tax(self.organization, rate_percent=19, applied_to_organization=True)
        self.customer = a_customer(self.organization, "acme", currency="EUR")
        an_applied_coupon(
            self.customer, percentage_rate=Decimal(percentage), frequency="recurring", frequency_duration=2
        )
        plan = a_plan(self.organization, charges=[a_charge(a_metric(self.organization), "0.33")])
        a_subscription(self.organization, plan, "sub", external_customer_id="acme")
        self.wallet = a_wallet(self.customer)

    @rule(units=st.integers(0, 1000), days=st.integers(1, 40))
    def time_passes(self, units, days):
        send(self.organization, an_event(value=units, external_subscription_id="sub", at=self.now))
        bill(self.organization, at=self.now + timedelta(days=days))

    @rule(cents=cents)
    def sell(self, cents):
        an_invoice(self.customer, cents)

    @rule(credits=credits)
    def grant(self, credits):
        self.attempt(lambda: grant(self.wallet, credits))

    @rule(credits=credits)
    def buy(self, credits):
        bought = self.attempt(lambda: buy(self.wallet, credits, paid=False))
        if bought:
            self.pay(bought.invoice, bought.invoice.total_amount_cents)

    @rule(credits=credits)
    def take_credits(self, credits):
        self.attempt(lambda: void(self.wallet, credits))

    @rule(which=st.integers(0, 20), part=st.integers(1, 4))
    def pay_some(self, which, part):
        if invoice := self.any_of(Invoice.objects.filter(status=InvoiceStatus.FINALIZED), which):
            self.pay(invoice, max(invoice.total_due_amount_cents // part, 1))

    @rule(which=st.integers(0, 20), cents=cents, way=st.sampled_from(["credit", "refund", "offset"]))
    def give_back(self, which, cents, way):
        if invoice := self.any_of(Invoice.objects.filter(status=InvoiceStatus.FINALIZED), which):
            self.attempt(lambda: self.credit_note(invoice, cents, way))

    @rule(which=st.integers(0, 20), keeps=st.none() | st.integers(0, 5000))
    def take_back(self, which, keeps):
        invoice = self.any_of(Invoice.objects.filter(status=InvoiceStatus.FINALIZED), which)
        if invoice is None or invoice.invoice_type == "credit":
            return
        credit = None if keeps is None else VoidCredit(credit_amount=keeps)
        self.attempt(lambda: void_invoice(invoice=invoice, at=self.now, credit=credit))
        if credit is None and not invoice.offset_amount_cents:
            assert entry_of(invoice, "voided") == {name: -cents for name, cents in entry_of(invoice).items()}

    @rule(which=st.integers(0, 20))
    def give_up(self, which):
        if note := self.any_of(CreditNote.objects.filter(status="finalized"), which):
            self.attempt(lambda: void_credit_note(credit_note=note, at=self.now))

    @rule(which=st.integers(0, 20), status=st.sampled_from(["succeeded", "failed"]))
    def refund(self, which, status):
        if note := self.any_of(CreditNote.objects.filter(refund_amount_cents__gt=0), which):
            self.attempt(lambda: update_credit_note(credit_note=note, refund_status=status, at=self.now))

    @invariant()
    def parts_sum_to_the_whole(self):
        if hasattr(self, "wallet"):
            check_books(self.organization)
            check_settlement(self.organization)

    @property
    def now(self):
        self.organization.refresh_from_db()
        return self.organization.now()

    def any_of(self, rows, which):
        found = list(rows.filter(organization=self.organization).order_by("created_at", "id"))
        return found[which % len(found)] if found else None

    def pay(self, invoice, cents):
        part = Part(invoice.id, cents)
        self.attempt(
            lambda: record_payment(organization=self.organization, parts=[part], reference="bank", at=self.now)
        )

    def credit_note(self, invoice, cents, way):
        fee = invoice.fees.order_by("id").first()
        items = [AskedItem(fee.id, min(cents, fee.amount_cents))]
        whole = min(cents, fee.amount_cents) + round(min(cents, fee.amount_cents) * fee.taxes_rate_percent / 100)
        return create_credit_note(
            invoice=invoice, items=items, split=Split(**{f"{way}_amount_cents": int(whole)}), at=self.now
        )

    def attempt(self, command):
        try:
            with transaction.atomic():
                return command()
        except BillingError:
            return None


def check_settlement(organization):
    """Nothing below zero at any step, each step follows from the one before, fees and shares add up to the invoice."""
    for invoice in organization.invoices.exclude(status="draft").prefetch_related("fees", "credits"):
        steps = (
            invoice.sub_total_excluding_taxes_amount_cents,
            invoice.sub_total_including_taxes_amount_cents,
            invoice.total_amount_cents,
        )
        assert min(steps) >= 0
        fees = invoice.fees.all()
        assert invoice.fees_amount_cents == sum(fee.amount_cents for fee in fees)
        shares = sum((fee.precise_coupons_amount_cents for fee in fees), Decimal(0))
        assert abs(shares - invoice.coupons_amount_cents - invoice.progressive_billing_credit_amount_cents) < 1
        drawn = [each for each in invoice.credits.all() if each.credit_note_id]
        assert invoice.credit_notes_amount_cents == sum(each.amount_cents for each in drawn)
        after_coupons = invoice.fees_amount_cents - invoice.coupons_amount_cents
        assert steps[0] == after_coupons - invoice.progressive_billing_credit_amount_cents
        assert steps[1] == steps[0] + invoice.taxes_amount_cents
        assert steps[2] == steps[1] - invoice.credit_notes_amount_cents - invoice.prepaid_credit_amount_cents


@pytest.mark.django_db
def test_whatever_happens_to_a_customer_the_books_balance():
    run_state_machine_as_test(
        Customer,
        settings=settings(
            max_examples=4, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_commands_at_once_on_several_connections_leave_balanced_books():
    """Each invoice is paid, credited and voided from six connections at once; what comes too late is refused."""
    organization = an_organization()
    a_tax(organization, rate_percent=19, applied_to_organization=True)
    customer = a_customer(organization, "acme", currency="EUR")
    wallet = a_wallet(customer, granted_credits="20")
    invoices = [an_invoice(customer, 10000) for _ in range(3)]
    now = organization.now()

    def pay(invoice):
        return record_payment(organization=organization, parts=[Part(invoice.id, 11900)], reference="bank", at=now)

    def credit(invoice):
        items = [AskedItem(invoice.fees.get().id, 6000)]
        return create_credit_note(invoice=invoice, items=items, split=Split(credit_amount_cents=7140), at=now)

    for invoice in invoices:
        at_once(
            partial(pay, invoice),
            partial(credit, invoice),
            partial(credit, invoice),
            partial(void_invoice, invoice=invoice, at=now),
            lambda: grant(wallet, "3"),
            lambda: void(wallet, "5"),
        )
        check_books(organization)
        check_settlement(organization)
    # 20.00, and three times 3.00 in and 5.00 out
    assert Wallet.objects.get().balance_cents == 1400
    assert Invoice.objects.filter(status=InvoiceStatus.VOIDED).count() == 3
