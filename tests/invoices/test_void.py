"""Invoices that are taken back, told as stories over the API."""

from typing import Any

import pytest

from billing_site.kernel.errors import ValidationFailed
from customers.models import Customer
from invoices.billing.credit_notes.voids import VoidCredit
from invoices.models import CreditNote, InvoiceSubscription
from invoices.services.void import void_invoice
from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import an_add_on
from tests.support.journal import check_books
from tests.support.wallets import a_wallet, buy
from tests.support.wallets import void as take_out

pytestmark = pytest.mark.django_db

MARCH = instant("2024-03-01")


@pytest.fixture
def api():
    organization = an_organization(at=MARCH)
    a_tax(organization, applied_to_organization=True)
    a_customer(organization, "acme", currency="EUR")
    an_add_on(organization, "setup")
    return ApiClient(organization)


def subscribed(api: ApiClient, code: str = "plan", cents: int = 1000) -> Any:
    """The invoice of a plan paid in advance: 10.00 and 20 % tax."""
    plan = {"name": code, "code": code, "interval": "monthly", "amount_cents": cents, "amount_currency": "EUR"}
    api.post("/plans", {"plan": {**plan, "pay_in_advance": True}})
    subscription = {"external_customer_id": "acme", "plan_code": code, "external_id": code}
    api.post("/subscriptions", {"subscription": subscription})
    (listed,) = api.get("/invoices", external_subscription_id=code)["invoices"]
    return api.get(f"/invoices/{listed['lago_id']}")["invoice"]


def void(api: ApiClient, invoice: Any, expect: int = 200, **body: Any) -> Any:
    return api.post(f"/invoices/{invoice['lago_id']}/void", body or None, expect=expect)


def keep(credit: int = 0, refund: int = 0) -> dict[str, Any]:
    return {"generate_credit_note": True, "credit_amount": credit, "refund_amount": refund}


def pay(api: ApiClient, invoice: Any, cents: int) -> None:
    api.post("/payments", {"payment": {"invoice_id": invoice["lago_id"], "amount_cents": cents, "reference": "r"}})


def credit_notes(api: ApiClient) -> list[tuple[int, int, str | None]]:
    """Credit, refund and credit status, the oldest first."""
    notes = api.get("/credit_notes")["credit_notes"][::-1]
    return [(note["credit_amount_cents"], note["refund_amount_cents"], note["credit_status"]) for note in notes]


def test_nothing_is_due_of_a_voided_invoice_and_its_number_stays(api):
    invoice = subscribed(api)
    voided = void(api, invoice)["invoice"]
    assert (voided["status"], voided["number"]) == ("voided", invoice["number"])
    assert voided["voided_at"] == "2024-03-01T00:00:00Z"
    assert voided["total_due_amount_cents"] == 0
    assert credit_notes(api) == []


def test_its_periods_are_not_current_any_more(api):
    void(api, subscribed(api))
    assert not InvoiceSubscription.objects.get().is_current


def test_only_a_final_invoice_can_be_voided(api):
    invoice = subscribed(api)
    void(api, invoice)
    assert void(api, invoice, expect=405)["code"] == "not_voidable"
    a_customer(api.organization, "acme", invoice_grace_period=3)
    draft = subscribed(api, "second")
    assert draft["status"] == "draft"
    assert void(api, draft, expect=405)["code"] == "not_voidable"


def test_a_paid_invoice_is_refunded(api):
    invoice = subscribed(api)
    pay(api, invoice, 1200)
    voided = void(api, invoice, **keep(refund=1200))["invoice"]
    assert voided["payment_status"] == "succeeded"
    assert credit_notes(api) == [(0, 1200, None)]


def test_what_is_not_kept_becomes_a_credit_note_that_is_worth_nothing(api):
    invoice = subscribed(api)
    pay(api, invoice, 1200)
    void(api, invoice, **keep(credit=500, refund=300))
    assert credit_notes(api) == [(500, 300, "available"), (400, 0, "voided")]


def test_nothing_need_be_kept(api):
    void(api, subscribed(api), **keep())
    assert credit_notes(api) == [(1200, 0, "voided")]


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (keep(credit=1201), {"credit_amount": ["higher_than_remaining_invoice_amount"]}),
        (keep(refund=100), {"refund_amount": ["cannot_refund_unpaid_invoice"]}),
        (keep(credit=-1), {"credit_amount": ["value_is_out_of_range"]}),
    ],
)
def test_more_than_the_invoice_cannot_be_kept(api, body, details):
    invoice = subscribed(api)
    assert void(api, invoice, expect=422, **body)["error_details"] == details
    assert api.get(f"/invoices/{invoice['lago_id']}")["invoice"]["status"] == "finalized"


def test_earlier_credit_notes_leave_less_to_keep(api):
    invoice = subscribed(api)
    item = {"fee_id": invoice["fees"][0]["lago_id"], "amount_cents": 400}
    body = {"invoice_id": invoice["lago_id"], "items": [item], "credit_amount_cents": 480}
    api.post("/credit_notes", {"credit_note": body})
    void(api, invoice, **keep(credit=700))
    # 1200 − 480 = 720
    assert credit_notes(api) == [(480, 0, "available"), (700, 0, "available"), (20, 0, "voided")]


def test_a_coupon_can_be_used_again(api):
    coupon = {"name": "c", "code": "c", "coupon_type": "fixed_amount", "frequency": "once", "amount_cents": 400}
    api.post("/coupons", {"coupon": {**coupon, "amount_currency": "EUR", "expiration": "no_expiration"}})
    api.post("/applied_coupons", {"applied_coupon": {"external_customer_id": "acme", "coupon_code": "c"}})
    first = subscribed(api)
    assert first["coupons_amount_cents"] == 400
    void(api, first)
    assert subscribed(api, "second")["coupons_amount_cents"] == 400


def credit_of(api: ApiClient, cents: int) -> Any:
    """A credit note over this much with tax, of an invoice of its own."""
    fees = [{"add_on_code": "setup", "units": 1, "unit_amount_cents": cents * 5 // 6}]
    body = {"external_customer_id": "acme", "currency": "EUR", "fees": fees}
    invoice = api.post("/invoices", {"invoice": body})["invoice"]
    items = [{"fee_id": invoice["fees"][0]["lago_id"], "amount_cents": cents * 5 // 6}]
    note = {"invoice_id": invoice["lago_id"], "items": items, "credit_amount_cents": cents}
    return api.post("/credit_notes", {"credit_note": note})["credit_note"]


def shown_note(api: ApiClient, note: Any) -> tuple[int, str]:
    shown = api.get(f"/credit_notes/{note['lago_id']}")["credit_note"]
    return shown["balance_amount_cents"], shown["credit_status"]


def test_credit_that_paid_it_is_there_again(api):
    note = credit_of(api, 600)
    invoice = subscribed(api)
    assert invoice["credit_notes_amount_cents"] == 600
    assert shown_note(api, note) == (0, "consumed")
    void(api, invoice)
    assert shown_note(api, note) == (600, "available")


def test_unless_the_customer_keeps_the_whole_invoice_as_credit(api):
    note = credit_of(api, 600)
    void(api, subscribed(api), **keep(credit=1200))
    assert shown_note(api, note) == (0, "consumed")


@pytest.mark.parametrize(("body", "balance"), [({}, 5000), (keep(credit=1200), 3800)])
def test_prepaid_credits_are_granted_again_unless_a_credit_note_is_made(api, body, balance):
    wallet = {"external_customer_id": "acme", "rate_amount": "1", "currency": "EUR", "granted_credits": "50"}
    created = api.post("/wallets", {"wallet": {**wallet, "name": "prepaid"}})["wallet"]
    invoice = subscribed(api)
    assert invoice["prepaid_credit_amount_cents"] == 1200
    void(api, invoice, **body)
    assert api.get(f"/wallets/{created['lago_id']}")["wallet"]["balance_cents"] == balance


class TestPrepaidCredits:
    """10.00 bought, of which an invoice has used 4.00."""

    @pytest.fixture
    def wallet(self, api):
        return a_wallet(Customer.objects.get(external_id="acme"))

    @pytest.fixture
    def bought(self, wallet):
        return buy(wallet, 10)

    @staticmethod
    def void(bought, **credit):
        void_invoice(invoice=bought.invoice, at=MARCH, credit=VoidCredit(**credit) if credit else None)

    def test_what_is_left_of_paid_credits_leaves_the_wallet(self, api, wallet, bought):
        take_out(wallet, 4)
        self.void(bought)
        wallet.refresh_from_db()
        bought.refresh_from_db()
        assert (wallet.balance_cents, bought.remaining_amount_cents, bought.status) == (0, 0, "settled")
        (voided,) = wallet.transactions.filter(transaction_status="voided", amount_cents=600)
        assert voided.fundings.get().inbound == bought
        check_books(api.organization)

    def test_other_credits_stay(self, wallet, bought):
        buy(wallet, 3)
        self.void(bought)
        wallet.refresh_from_db()
        assert wallet.balance_cents == 300

    def test_what_was_not_paid_never_comes_in(self, wallet):
        waiting = buy(wallet, 10, paid=False)
        self.void(waiting)
        waiting.refresh_from_db()
        wallet.refresh_from_db()
        assert (waiting.status, wallet.balance_cents) == ("failed", 0)
        check_books(wallet.organization)

    def test_what_is_left_can_be_refunded_with_the_void(self, wallet, bought):
        take_out(wallet, 4)
        with pytest.raises(ValidationFailed, match="higher_than_remaining_invoice_amount"):
            self.void(bought, refund_amount=601)
        with pytest.raises(ValidationFailed, match="higher_than_remaining_invoice_amount"):
            self.void(bought, credit_amount=100)
        self.void(bought, refund_amount=600)
        wallet.refresh_from_db()
        assert wallet.balance_cents == 0
        refunded = CreditNote.objects.get(refund_amount_cents__gt=0)
        assert (refunded.refund_amount_cents, refunded.balance_amount_cents) == (600, 0)
        check_books(wallet.organization)
