"""Revenue by month, over the API."""

import pytest

from invoices.models import Invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import pay

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = (f"2024-0{month}-01T00:00:00.000Z" for month in (1, 2, 3))


@pytest.fixture
def organization():
    """Since New Year 30.00 EUR a month in arrears and 2.00 a token, with 20 % tax: 3 tokens in January, then 1."""
    organization = an_organization(at=instant("2024-01-01"))
    a_tax(organization, "vat", 20)
    a_customer(organization, "acme", tax_codes=["vat"], net_payment_term=10)
    plan = a_plan(organization, charges=[a_charge(a_metric(organization), "2")])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    for day, tokens in (("2024-01-10", 3), ("2024-02-10", 1)):
        at = instant(day)
        organization.change(at=at, test_clock_at=at)
        send(organization, an_event("tokens", tokens, external_subscription_id="sub", at=at))
    bill(organization, at=instant("2024-03-20"))
    return organization


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def test_gross_revenue_is_what_was_issued_in_a_month_with_taxes(api):
    # January's (3000 + 3 × 200) × 1.2 was issued in February, February's (3000 + 200) × 1.2 in March.
    assert api.get("/analytics/gross_revenue") == {
        "gross_revenues": [
            {"month": FEBRUARY, "amount_cents": 4320, "currency": "EUR", "invoices_count": 1},
            {"month": MARCH, "amount_cents": 3840, "currency": "EUR", "invoices_count": 1},
        ]
    }


def test_what_was_refunded_or_lost_in_a_dispute_is_no_revenue(organization, api):
    february, march = Invoice.objects.order_by("issuing_date")
    pay(february)
    fee = february.fees.get(fee_type="charge")
    note = {
        "invoice_id": str(february.pk),
        "refund_amount_cents": 120,
        "items": [{"fee_id": str(fee.pk), "amount_cents": 100}],
    }
    api.post("/credit_notes", {"credit_note": note})
    api.post(f"/invoices/{march.pk}/lose_dispute")

    (month,) = api.get("/analytics/gross_revenue")["gross_revenues"]

    assert (month["month"], month["amount_cents"]) == (FEBRUARY, 4320 - 120)


def test_collection_says_how_much_of_it_is_paid(api):
    pay(Invoice.objects.order_by("issuing_date").first())

    collections = api.get("/analytics/invoice_collection")["invoice_collections"]

    assert [
        (row["month"], row["payment_status"], row["amount_cents"], row["invoices_count"]) for row in collections
    ] == [
        (FEBRUARY, "succeeded", 4320, 1),
        (MARCH, "pending", 3840, 1),
    ]


def test_invoiced_usage_is_by_metric_before_taxes(api):
    usages = api.get("/analytics/invoiced_usage", currency="eur")["invoiced_usages"]

    assert usages == [
        {"month": FEBRUARY, "currency": "EUR", "code": "tokens", "amount_cents": 600},
        {"month": MARCH, "currency": "EUR", "code": "tokens", "amount_cents": 200},
    ]


def test_the_overdue_balance_names_its_invoices(api):
    # Both terms of 10 days are over on 20 March; a part of the first is paid.
    february, march = Invoice.objects.order_by("issuing_date")
    api.post("/payments", {"payment": {"invoice_id": str(february.pk), "amount_cents": 320, "reference": "part"}})

    assert api.get("/analytics/overdue_balance")["overdue_balances"] == [
        {"month": FEBRUARY, "currency": "EUR", "amount_cents": 4000, "lago_invoice_ids": [str(february.pk)]},
        {"month": MARCH, "currency": "EUR", "amount_cents": 3840, "lago_invoice_ids": [str(march.pk)]},
    ]


def test_mrr_is_what_active_plans_come_to_in_a_month(organization, api):
    # On top of 3000 a month: from 20 March 120000 a year ÷ 12 = 10000, and 1200 a week × 52 ÷ 12 = 5200.
    a_subscription(organization, a_plan(organization, interval="yearly", amount_cents=120000))
    a_subscription(organization, a_plan(organization, interval="weekly", amount_cents=1200))
    a_subscription(organization, a_plan(organization, amount_cents=500, trial_period=30))

    mrrs = api.get("/analytics/mrr", months=4)["mrrs"]

    assert [(row["month"], row["amount_cents"]) for row in mrrs] == [
        (JANUARY, 3000),
        (FEBRUARY, 3000),
        (MARCH, 3000 + 10000 + 5200),
    ]


def test_a_terminated_subscription_recurs_no_more(organization, api):
    api.delete("/subscriptions/sub")

    assert [row["month"] for row in api.get("/analytics/mrr")["mrrs"]] == [JANUARY, FEBRUARY]


def test_months_currencies_and_customers_can_be_chosen(organization, api):
    an_invoice(a_customer(organization, "beta"), 700, "USD")

    def revenue(**query):
        rows = api.get("/analytics/gross_revenue", **query)["gross_revenues"]
        return [(row["month"], row["currency"], row["amount_cents"]) for row in rows]

    assert revenue(months=1) == [(MARCH, "EUR", 3840), (MARCH, "USD", 700)]
    assert revenue(currency="USD") == [(MARCH, "USD", 700)]
    assert revenue(external_customer_id="acme", months=1) == [(MARCH, "EUR", 3840)]
    assert revenue(billing_entity_code="nobody") == []
    assert api.get("/analytics/mrr", months="many", expect=422)["error_details"] == {"months": ["value_is_invalid"]}
