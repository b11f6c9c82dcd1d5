"""Coupons, taxes, wallets and progressive invoices, where they meet on one invoice."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.story import Story, price, totals

pytestmark = pytest.mark.django_db


def coupon(story: Story, code: str, **fields: Any) -> None:
    """300 cents once, applied to the customer."""
    amount = {"coupon_type": "fixed_amount", "amount_cents": 300, "amount_currency": "EUR"}
    values = {"name": code, "code": code, **amount, "frequency": "once", "expiration": "no_expiration", **fields}
    story.make("coupon", "/coupons", **values)
    story.make("applied_coupon", "/applied_coupons", external_customer_id="c", coupon_code=code)


def wallet(story: Story, code: str, **fields: Any) -> Any:
    values = {"external_customer_id": "c", "name": code, "code": code, "rate_amount": "1", "currency": "EUR", **fields}
    return story.make("wallet", "/wallets", **values)


def credits(invoice: Any) -> list[int]:
    return sorted(credit["amount_cents"] for credit in invoice["credits"])


def balances(story: Story) -> dict[str, int]:
    wallets = story.api.get("/wallets", external_customer_id="c")["wallets"]
    return {each["code"]: each["balance_cents"] for each in wallets}


def test_percentage_then_fixed_coupon_two_taxes_a_limited_wallet_and_half_a_fee_back():
    story = Story("2024-01-01")
    story.tax("a", "10")
    story.tax("b", "5.5")
    story.customer()
    story.plan("p", 999, charges=[price(story.metric("m"), "0.333")])
    story.subscribe("p")
    story.use("m", 11)
    coupon(story, "third", coupon_type="percentage", percentage_rate="33.3", frequency="forever")
    coupon(story, "fixed", amount_cents=100)
    wallet(story, "usage", granted_credits="5", applies_to={"fee_types": ["charge"]})

    story.clock("2024-02-01")

    (invoice,) = story.invoices()
    # 999 + 366; 33.3 % are 454.5, then 100; 15.5 % of 810 are 125.55
    columns = ("fees", "coupons", "sub_total_excluding_taxes", "taxes", "sub_total_including_taxes")
    assert totals(invoice, *columns) == [1365, 555, 810, 126, 936]
    # Each tax is rounded for itself: 81 and 44.55
    assert sorted(each["amount_cents"] for each in invoice["applied_taxes"]) == [45, 81]
    # Of usage 366 are left 217.19, with taxes 250.85
    assert totals(invoice, "prepaid_credit", "total") == [251, 936 - 251]
    fee = next(each for each in invoice["fees"] if each["item"]["code"] == "m")
    # 455 × 366 / 1365 = 122, 100 × 244 / 910 = 26.81319; 15.5 % of what is left: 33.66
    assert Decimal(fee["precise_coupons_amount_cents"]) == Decimal("148.81319")
    assert fee["taxes_amount_cents"] == 34

    half = {"invoice_id": invoice["lago_id"], "items": [{"fee_id": fee["lago_id"], "amount_cents": 183}]}
    estimate = story.api.post("/credit_notes/estimate", {"credit_note": half})["estimated_credit_note"]
    # 183 less 74.41; taxes of 16.83
    assert totals(estimate, "coupons_adjustment", "sub_total_excluding_taxes", "taxes") == [74, 109, 17]


def test_coupons_of_every_frequency_over_three_months_and_a_void():
    story = Story("2024-01-01")
    story.customer()
    story.plan("p", 1000)
    story.plan("q", 2000)
    story.subscribe("p")
    story.subscribe("q", "t")
    coupon(story, "once", amount_cents=1500, applies_to={"plan_codes": ["p"]})
    coupon(story, "twice", frequency="recurring", frequency_duration=2)
    ends = {"expiration": "time_limit", "expiration_at": "2024-02-15T00:00:00Z"}
    coupon(story, "forever", coupon_type="percentage", percentage_rate="10", frequency="forever", **ends)

    story.clock("2024-02-01", "2024-03-01", "2024-04-01")

    # All of p, then 300, then 10 % of 1700; what is left of 1500, 300, 10 % of 2200; 10 % of 3000.
    # Applied before it expired, the percentage goes on.
    assert [credits(each) for each in story.invoices()] == [[170, 300, 1000], [220, 300, 500], [300]]

    story.api.post(f"/invoices/{story.invoices()[1]['lago_id']}/void", {})
    story.clock("2024-05-01")
    assert credits(story.invoices()[-1]) == [220, 300, 500]


def test_a_recurring_coupon_counts_only_invoices_that_it_lowered():
    story = Story("2024-01-01")
    story.customer()
    used, unused = story.metric("m"), story.metric("n")
    story.plan("p", 1000, charges=[price(used), price(unused)])
    story.subscribe("p")
    story.use("m", 5)
    story.use("n", 7)
    of_metric = {"applies_to": {"billable_metric_codes": ["m"]}}
    coupon(story, "x", amount_cents=1000, frequency="recurring", frequency_duration=3, **of_metric)

    story.clock("2024-02-01", "2024-03-01")

    assert [totals(each, "coupons", "total") for each in story.invoices()] == [[500, 1700], [0, 1000]]
    (applied,) = story.api.get("/applied_coupons")["applied_coupons"]
    assert applied["frequency_duration_remaining"] == 2


def test_limited_wallets_pay_their_part_and_get_it_back_when_the_invoice_is_voided():
    story = Story("2024-01-01")
    story.tax("vat", "10")
    story.customer()
    story.plan("p", 1000, charges=[price(story.metric("m")), price(story.metric("n"))])
    story.subscribe("p")
    story.use("m", 20)
    story.use("n", 5)
    wallet(story, "any", granted_credits="10", priority=2)
    wallet(story, "metric", granted_credits="8", priority=1, applies_to={"billable_metric_codes": ["n"]})
    wallet(story, "plan", granted_credits="30", priority=3, applies_to={"fee_types": ["subscription"]})

    story.clock("2024-02-01")

    # With taxes 2200 + 550 + 1100: all of n; 1000 of m, the largest; all of the plan
    (invoice,) = story.invoices()
    assert totals(invoice, "prepaid_credit", "total") == [2650, 1200]
    assert balances(story) == {"any": 0, "metric": 250, "plan": 1900}
    story.api.post(f"/invoices/{invoice['lago_id']}/void", {})
    assert balances(story) == {"any": 1000, "metric": 800, "plan": 3000}


def test_progressive_invoices_with_a_coupon_between_them_and_a_draft_at_the_end():
    story = Story("2024-01-01")
    story.tax("vat", "20")
    story.customer(billing_configuration={"invoice_grace_period": 3})
    thresholds = [{"amount_cents": 2000}, {"amount_cents": 5000}, {"amount_cents": 1000, "recurring": True}]
    story.plan("p", 1000, charges=[price(story.metric("m"))], usage_thresholds=thresholds)
    story.subscribe("p")
    story.use("m", 25)
    story.clock("2024-01-05")
    coupon(story, "x", amount_cents=100)
    story.use("m", 30)
    story.clock("2024-01-06")
    story.use("m", 4)
    story.clock("2024-01-07")
    assert len(story.invoices()) == 2
    story.use("m", 21)
    # Of the recurring threshold 6000, 7000 and 8000 are passed at once.
    story.clock("2024-01-08", "2024-02-01", "2024-02-04")

    first, second, third, period = story.invoices()
    assert totals(first, "fees", "taxes", "total") == [2500, 500, 3000]
    # 5500 - 2500 - 100 = 2900 and 20 %
    assert totals(second, "fees", "progressive_billing_credit", "coupons", "total") == [5500, 2500, 100, 3480]
    # What the coupon paid is no credit.
    assert totals(third, "fees", "progressive_billing_credit", "total") == [8000, 5400, 3120]
    assert period["status"] == "finalized"
    assert totals(period, "fees", "progressive_billing_credit", "total") == [9000, 8000, 1200]


def test_what_a_progressive_invoice_billed_too_much_comes_back_with_its_taxes():
    story = Story("2024-01-01")
    story.tax("vat", "10")
    story.customer()
    story.plan("p", 0, charges=[price(story.metric("m"))], usage_thresholds=[{"amount_cents": 2000}])
    story.subscribe("p")
    story.use("m", 25)
    story.clock("2024-01-05")
    story.use("m", -10)
    story.clock("2024-02-01")

    assert totals(story.invoices()[1], "fees", "progressive_billing_credit", "total") == [1500, 1500, 0]
    (note,) = story.api.get("/credit_notes")["credit_notes"]
    # 10.00 and 10 %
    assert note["credit_amount_cents"] == 1100
