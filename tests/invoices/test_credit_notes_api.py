"""Credit notes over the API: estimated, issued, used, voided; and what is refused."""

from typing import Any

import pytest

from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import an_add_on

pytestmark = pytest.mark.django_db

MARCH = instant("2024-03-01")


@pytest.fixture
def api():
    organization = an_organization(at=MARCH)
    a_tax(organization, applied_to_organization=True)
    a_customer(organization, "acme", currency="EUR")
    an_add_on(organization, "setup")
    return ApiClient(organization)


@pytest.fixture
def invoice(api):
    """100.00 and 20 % tax."""
    return one_off(api, 10000)


def one_off(api: ApiClient, *cents: int) -> Any:
    fees = [{"add_on_code": "setup", "units": 1, "unit_amount_cents": amount} for amount in cents]
    body = {"external_customer_id": "acme", "currency": "EUR", "fees": fees}
    return api.post("/invoices", {"invoice": body})["invoice"]


def asked(invoice: Any, amount_cents: int, **values: Any) -> dict[str, Any]:
    """One item on the first fee, all of it credit unless ``values`` say otherwise."""
    items = [{"fee_id": invoice["fees"][0]["lago_id"], "amount_cents": amount_cents}]
    return {"credit_note": {"invoice_id": invoice["lago_id"], "items": items, **values}}


def pay(api: ApiClient, invoice: Any, cents: int) -> None:
    body = {"invoice_id": invoice["lago_id"], "amount_cents": cents, "reference": f"transfer of {cents}"}
    api.post("/payments", {"payment": body})


def credit(api: ApiClient, invoice: Any, amount_cents: int, **values: Any) -> Any:
    return api.post("/credit_notes", asked(invoice, amount_cents, **values))["credit_note"]


def test_an_estimate_tells_what_can_be_given_back(api, invoice):
    pay(api, invoice, 5000)
    estimate = api.post("/credit_notes/estimate", asked(invoice, 5000))["estimated_credit_note"]
    # 50.00 and 10.00 tax; 50.00 were paid, 70.00 are due
    assert estimate["sub_total_excluding_taxes_amount_cents"] == 5000
    assert estimate["taxes_amount_cents"] == 1000
    assert estimate["max_creditable_amount_cents"] == 6000
    assert estimate["max_refundable_amount_cents"] == 5000
    assert estimate["max_offsettable_amount_cents"] == 6000
    assert estimate["items"] == [{"lago_fee_id": invoice["fees"][0]["lago_id"], "amount_cents": 5000}]


def test_credit_refund_and_offset_of_one_credit_note(api, invoice):
    pay(api, invoice, 1000)
    split = {"credit_amount_cents": 4000, "refund_amount_cents": 1000, "offset_amount_cents": 1000}
    note = credit(api, invoice, 5000, reason="product_unsatisfactory", description="Broken", **split)
    assert note["number"] == f"{invoice['number']}-CN001"
    assert note["total_amount_cents"] == 6000
    assert note["balance_amount_cents"] == 4000
    assert (note["credit_status"], note["refund_status"]) == ("available", "pending")
    assert (note["reason"], note["description"]) == ("product_unsatisfactory", "Broken")
    shown = api.get(f"/invoices/{invoice['lago_id']}")["invoice"]
    # 120.00 less 10.00 paid and 10.00 offset
    assert shown["total_due_amount_cents"] == 10000
    assert shown["total_offsetted_credit_note_amount_cents"] == 1000


def test_an_invoice_whose_rest_is_offset_is_paid(api, invoice):
    pay(api, invoice, 6000)
    credit(api, invoice, 5000, offset_amount_cents=6000)
    assert api.get(f"/invoices/{invoice['lago_id']}")["invoice"]["payment_status"] == "succeeded"


def test_the_next_invoice_uses_the_oldest_credit_first(api, invoice):
    first, second = (credit(api, invoice, 1000, credit_amount_cents=1200) for _ in range(2))
    assert second["number"].endswith("-CN002")
    # One-off invoices use no credits (I9).
    assert one_off(api, 1000)["credit_notes_amount_cents"] == 0
    plan = {"name": "p", "code": "p", "interval": "monthly", "amount_cents": 1500, "amount_currency": "EUR"}
    api.post("/plans", {"plan": {**plan, "pay_in_advance": True}})
    subscription = {"external_customer_id": "acme", "plan_code": "p", "external_id": "s"}
    api.post("/subscriptions", {"subscription": subscription})
    (listed,) = api.get("/invoices", invoice_type="subscription")["invoices"]
    shown = api.get(f"/invoices/{listed['lago_id']}")["invoice"]
    # 15.00 and 3.00 tax: 12.00 of the first and 6.00 of the second
    assert (shown["credit_notes_amount_cents"], shown["total_amount_cents"]) == (1800, 0)
    used = [(each["item"]["code"], each["amount_cents"], each["before_taxes"]) for each in shown["credits"]]
    assert used == [(first["number"], 1200, False), (second["number"], 600, False)]
    statuses = {each["number"]: each["credit_status"] for each in api.get("/credit_notes")["credit_notes"]}
    assert statuses == {first["number"]: "consumed", second["number"]: "available"}


def test_a_voided_credit_note_is_worth_nothing(api, invoice):
    note = credit(api, invoice, 1000, credit_amount_cents=1200)
    voided = api.put(f"/credit_notes/{note['lago_id']}/void")["credit_note"]
    assert (voided["credit_status"], voided["balance_amount_cents"]) == ("voided", 0)
    assert voided["credit_amount_cents"] == 1200
    refused = api.put(f"/credit_notes/{note['lago_id']}/void", expect=405)
    assert refused["code"] == "no_voidable_amount"


def test_a_credit_note_in_parts_comes_to_the_taxes_of_the_invoice(api):
    invoice = one_off(api, 6833, 6833, 6833)
    # 20 % of 204.99 are 40.998: 41.00
    assert invoice["taxes_amount_cents"] == 4100
    taxes = []
    for fee, total in zip(invoice["fees"], (8200, 8200, 8199), strict=True):
        items = [{"fee_id": fee["lago_id"], "amount_cents": 6833}]
        body = {"invoice_id": invoice["lago_id"], "items": items, "credit_amount_cents": total}
        note = api.post("/credit_notes", {"credit_note": body})["credit_note"]
        taxes.append((note["taxes_amount_cents"], note["precise_taxes_amount_cents"]))
    assert taxes == [(1367, "1366.6"), (1367, "1366.6"), (1366, "1365.8")]


def test_metadata_is_replaced_added_to_and_removed(api, invoice):
    note = credit(api, invoice, 1000, credit_amount_cents=1200, metadata={"a": "1"})
    assert note["metadata"] == {"a": "1"}
    route = f"/credit_notes/{note['lago_id']}/metadata"
    assert api.call("PATCH", route, {"metadata": {"b": None}})["metadata"] == {"a": "1", "b": None}
    assert api.delete(f"{route}/a")["metadata"] == {"b": None}
    assert api.post(route, {"metadata": {"c": "3"}})["metadata"] == {"c": "3"}
    assert api.delete(route)["metadata"] == {}
    too_many = {str(number): "x" for number in range(51)}
    assert api.post(route, {"metadata": too_many}, expect=422)["error_details"] == {"metadata": ["invalid_count"]}


def test_a_refund_is_recorded(api, invoice):
    pay(api, invoice, 12000)
    note = credit(api, invoice, 1000, refund_amount_cents=1200)
    route = f"/credit_notes/{note['lago_id']}"
    changed = api.put(route, {"credit_note": {"refund_status": "succeeded"}})["credit_note"]
    assert changed["refund_status"] == "succeeded"
    refused = api.put(route, {"credit_note": {"refund_status": "lost"}}, expect=422)
    assert refused["error_details"] == {"refund_status": ["value_is_invalid"]}


@pytest.mark.parametrize(
    ("amount", "values", "details"),
    [
        (10001, {"credit_amount_cents": 12001}, {"amount_cents": ["higher_than_remaining_fee_amount"]}),
        (5000, {"credit_amount_cents": 5000}, {"base": ["does_not_match_item_amounts"]}),
        (1000, {"refund_amount_cents": 1200}, {"refund_amount_cents": ["cannot_refund_unpaid_invoice"]}),
        (0, {}, {"base": ["total_amount_must_be_positive"]}),
        (100, {"credit_amount_cents": -1}, {"credit_amount_cents": ["value_is_out_of_range"]}),
        (100, {"reason": "whim"}, {"reason": ["value_is_invalid"]}),
        (100, {"items": []}, {"items": ["value_is_mandatory"]}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_issued(api, invoice, amount, values, details):
    refused = api.post("/credit_notes", asked(invoice, amount, **values), expect=422)
    assert refused["error_details"] == details
    assert api.get("/credit_notes")["meta"]["total_count"] == 0


def test_a_refund_is_at_most_what_was_paid_and_not_refunded_before(api, invoice):
    pay(api, invoice, 1500)
    credit(api, invoice, 1000, refund_amount_cents=1200)
    refused = api.post("/credit_notes", asked(invoice, 1000, refund_amount_cents=1200), expect=422)
    assert refused["error_details"] == {"refund_amount_cents": ["higher_than_remaining_invoice_amount"]}


def test_unknown_invoices_and_fees_are_not_found(api, invoice):
    other = one_off(api, 100)
    body = asked(invoice, 100, credit_amount_cents=120)
    body["credit_note"]["items"][0]["fee_id"] = other["fees"][0]["lago_id"]
    assert api.post("/credit_notes", body, expect=404)["code"] == "fee_not_found"
    body["credit_note"]["invoice_id"] = "unknown"
    assert api.post("/credit_notes", body, expect=404)["code"] == "invoice_not_found"
    assert api.get("/credit_notes/unknown", expect=404)["code"] == "credit_note_not_found"


def test_lists_are_filtered(api, invoice):
    note = credit(api, invoice, 1000, credit_amount_cents=1200, reason="order_change")
    for query in (
        {"external_customer_id": "acme"},
        {"reason": "order_change"},
        {"credit_status": "available"},
        {"invoice_number": invoice["number"]},
        {"amount_from": 1200, "amount_to": 1200},
        {"issuing_date_from": "2024-03-01"},
        {"search_term": note["number"]},
        {"currency": "EUR"},
    ):
        assert api.get("/credit_notes", **query)["meta"]["total_count"] == 1, query
    assert api.get("/credit_notes", reason="other")["credit_notes"] == []
    assert api.get("/customers/acme/credit_notes")["credit_notes"][0]["lago_id"] == note["lago_id"]


# --- Prepaid credits ---


def bought(api: ApiClient, credits: int) -> tuple[str, Any]:
    """The id of a wallet at 1.00 a credit, and the invoice over its credits."""
    wallet = {"external_customer_id": "acme", "rate_amount": "1", "currency": "EUR", "name": "prepaid"}
    wallet_id = api.post("/wallets", {"wallet": {**wallet, "paid_credits": str(credits)}})["wallet"]["lago_id"]
    (listed,) = api.get("/invoices", invoice_type="credit")["invoices"]
    return wallet_id, api.get(f"/invoices/{listed['lago_id']}")["invoice"]


def balance(api: ApiClient, wallet_id: str) -> int:
    return api.get(f"/wallets/{wallet_id}")["wallet"]["balance_cents"]


def test_refunded_credits_leave_their_wallet(api):
    wallet_id, top_up = bought(api, 50)
    pay(api, top_up, 5000)
    assert balance(api, wallet_id) == 5000
    credit(api, top_up, 2000, refund_amount_cents=2000)
    assert balance(api, wallet_id) == 3000


def test_no_more_is_refunded_than_is_left_of_the_credits(api):
    wallet_id, top_up = bought(api, 50)
    pay(api, top_up, 5000)
    api.post("/wallet_transactions", {"wallet_transaction": {"wallet_id": wallet_id, "voided_credits": "40"}})
    estimate = api.post("/credit_notes/estimate", asked(top_up, 5000))["estimated_credit_note"]
    assert estimate["max_refundable_amount_cents"] == 1000
    assert estimate["max_creditable_amount_cents"] == 0
    refused = api.post("/credit_notes", asked(top_up, 2000, refund_amount_cents=2000), expect=422)
    assert refused["error_details"] == {"refund_amount_cents": ["higher_than_remaining_invoice_amount"]}


def test_bought_credits_are_not_given_back_as_credit(api):
    _, top_up = bought(api, 50)
    pay(api, top_up, 5000)
    refused = api.post("/credit_notes", asked(top_up, 1000, credit_amount_cents=1000), expect=422)
    assert refused["error_details"] == {"credit_amount_cents": ["higher_than_remaining_invoice_amount"]}


def test_an_unpaid_top_up_is_offset_whole_and_its_credits_never_come(api):
    wallet_id, top_up = bought(api, 50)
    refused = api.post("/credit_notes", asked(top_up, 1000, offset_amount_cents=1000), expect=422)
    assert refused["error_details"] == {"offset_amount_cents": ["invalid_amount"]}
    credit(api, top_up, 5000, offset_amount_cents=5000)
    assert api.get(f"/invoices/{top_up['lago_id']}")["invoice"]["total_due_amount_cents"] == 0
    assert balance(api, wallet_id) == 0
