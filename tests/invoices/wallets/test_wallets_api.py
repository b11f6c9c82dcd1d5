"""Wallets and their transactions over the API."""

import pytest

from invoices.models import Invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    organization = an_organization()
    a_customer(organization, "acme")
    return ApiClient(organization)


def wallet(api, expect=200, **fields):
    body = {"external_customer_id": "acme", "rate_amount": "1", "currency": "EUR", **fields}
    answer = api.post("/wallets", {"wallet": body}, expect=expect)
    return answer["wallet"] if expect == 200 else answer["error_details"]


def transact(api, wallet_id, expect=200, **fields):
    answer = api.post("/wallet_transactions", {"wallet_transaction": {"wallet_id": wallet_id, **fields}}, expect=expect)
    return answer["wallet_transactions"] if expect == 200 else answer["error_details"]


def pay(api, invoice_id, status="succeeded"):
    api.put(f"/invoices/{invoice_id}", {"invoice": {"payment_status": status}})


def test_granted_credits_are_usable_at_once_and_bought_ones_when_they_are_paid(api):
    made = wallet(api, name="Credits", paid_credits="20", granted_credits="10")
    assert (made["code"], made["balance_cents"], made["priority"]) == ("credits", 1000, 50)
    (invoice,) = api.get("/invoices", invoice_type="credit")["invoices"]
    assert (invoice["total_amount_cents"], invoice["taxes_amount_cents"], invoice["status"]) == (2000, 0, "finalized")
    pay(api, invoice["lago_id"])
    shown = api.get(f"/wallets/{made['lago_id']}")["wallet"]
    assert (shown["balance_cents"], shown["credits_balance"]) == (3000, "30.0")
    bought, granted = api.get(f"/wallets/{made['lago_id']}/wallet_transactions")["wallet_transactions"]
    assert {bought["transaction_status"], granted["transaction_status"]} == {"purchased", "granted"}


def test_a_payment_that_fails_fails_the_top_up_until_a_later_one_succeeds(api):
    made = wallet(api)
    (bought,) = transact(api, made["lago_id"], paid_credits="10")
    pay(api, bought["lago_invoice_id"], "failed")
    path = f"/wallet_transactions/{bought['lago_id']}"
    assert api.get(path)["wallet_transaction"]["status"] == "failed"
    pay(api, bought["lago_invoice_id"])
    assert api.get(path)["wallet_transaction"]["status"] == "settled"
    pay(api, bought["lago_invoice_id"])
    assert api.get(f"/wallets/{made['lago_id']}")["wallet"]["balance_cents"] == 1000


def test_an_invoice_that_requires_payment_is_out_of_sight_until_then(api):
    made = wallet(api, invoice_requires_successful_payment=True, paid_credits="10")
    assert api.get("/invoices")["invoices"] == []
    invoice = Invoice.objects.get()
    api.post("/payments", {"payment": {"invoice_id": str(invoice.id), "amount_cents": 1000, "reference": "wire"}})
    (shown,) = api.get("/invoices")["invoices"]
    assert (shown["status"], shown["payment_status"], shown["sequential_id"]) == ("finalized", "succeeded", 1)
    assert api.get(f"/wallets/{made['lago_id']}")["wallet"]["balance_cents"] == 1000


REFUSED = [
    ({"paid_credits": "0.001"}, {"paid_credits": ["amount_rounds_to_zero"]}),
    ({"granted_credits": "-1"}, {"granted_credits": ["invalid_granted_credits"]}),
    ({"paid_credits": "x"}, {"paid_credits": ["invalid_paid_credits"]}),
    ({"voided_credits": "10.01"}, {"voided_credits": ["insufficient_credits"]}),
    ({"paid_credits": "4.99"}, {"paid_credits": ["amount_below_minimum"]}),
    ({"paid_credits": "50.01"}, {"paid_credits": ["amount_above_maximum"]}),
]


@pytest.mark.parametrize(("fields", "refusal"), REFUSED)
def test_credits_that_cannot_come_or_go_are_refused(api, fields, refusal):
    limits = {"paid_top_up_min_amount_cents": 500, "paid_top_up_max_amount_cents": 5000}
    made = wallet(api, granted_credits="10", **limits)
    assert transact(api, made["lago_id"], expect=422, **fields) == refusal


def test_limits_of_top_ups_can_be_set_aside_once(api):
    made = wallet(api, paid_top_up_min_amount_cents=500)
    (bought,) = transact(api, made["lago_id"], paid_credits="1", ignore_paid_top_up_limits=True)
    assert bought["amount"] == "1.0"


def test_one_call_can_bring_in_both_kinds_and_take_out(api):
    made = wallet(api)
    kinds = transact(api, made["lago_id"], paid_credits="3", granted_credits="2")
    assert [each["transaction_status"] for each in kinds] == ["purchased", "granted"]
    (voided,) = transact(api, made["lago_id"], voided_credits="1.5")
    assert (voided["transaction_type"], voided["amount"]) == ("outbound", "1.5")


def test_a_void_can_name_the_credits_that_it_takes(api):
    made = wallet(api)
    transact(api, made["lago_id"], granted_credits="5")
    (second,) = transact(api, made["lago_id"], granted_credits="5")
    (voided,) = transact(
        api, made["lago_id"], voided_credits="2", inbound_wallet_transaction_id=second["lago_id"], name="refund"
    )
    fundings = api.get(f"/wallet_transactions/{voided['lago_id']}/fundings")["wallet_transaction_fundings"]
    assert [(each["wallet_transaction"]["lago_id"], each["reason"]) for each in fundings] == [
        (second["lago_id"], "chosen")
    ]
    consumed = api.get(f"/wallet_transactions/{second['lago_id']}/consumptions")["wallet_transaction_consumptions"]
    assert [each["amount_cents"] for each in consumed] == [200]


def test_a_customer_has_six_active_wallets_at_most(api):
    made = [wallet(api) for _ in range(6)]
    assert [each["code"] for each in made[:2]] == ["default", "default_2"]
    assert wallet(api, expect=422) == {"customer": ["wallet_limit_reached"]}
    api.delete(f"/wallets/{made[0]['lago_id']}")
    wallet(api)


def test_a_code_is_unique_among_a_customers_wallets(api):
    wallet(api, code="main")
    assert wallet(api, expect=422, code="main") == {"code": ["value_already_exist"]}


def test_a_wallet_is_found_changed_and_ended_by_its_customers_code(api):
    a_metric(api.organization, "tokens")
    api.post("/customers/acme/wallets", {"wallet": {"rate_amount": "2", "currency": "EUR", "code": "main"}})
    changes = {"priority": 3, "applies_to": {"fee_types": ["charge"], "billable_metric_codes": ["tokens"]}}
    shown = api.put("/customers/acme/wallets/main", {"wallet": changes})["wallet"]
    assert (shown["priority"], shown["applies_to"], shown["rate_amount"]) == (3, changes["applies_to"], "2.0")
    assert api.delete("/customers/acme/wallets/main")["wallet"]["status"] == "terminated"
    assert api.get("/customers/acme/wallets/main")["wallet"]["terminated_at"] is not None
    api.put("/customers/acme/wallets/main", {"wallet": changes}, expect=405)


def test_a_terminated_wallet_takes_no_credits(api):
    made = wallet(api)
    api.delete(f"/wallets/{made['lago_id']}")
    assert transact(api, made["lago_id"], expect=422, granted_credits="1") == {"wallet_id": ["wallet_is_terminated"]}


def test_metadata_is_replaced_merged_and_removed(api):
    path = f"/wallets/{wallet(api)['lago_id']}/metadata"
    api.post(path, {"metadata": {"a": "1", "b": None}})
    assert api.call("PATCH", path, {"metadata": {"b": "2", "c": "3"}})["metadata"] == {"a": "1", "b": "2", "c": "3"}
    assert api.delete(f"{path}/a")["metadata"] == {"b": "2", "c": "3"}
    assert api.post(path, {"metadata": {str(n): "" for n in range(51)}}, expect=422)
    assert api.delete(path)["metadata"] == {}


def test_the_balance_of_any_past_instant_and_what_it_was_made_of(api):
    made = wallet(api)
    transact(api, made["lago_id"], granted_credits="30")
    bill(api.organization, at=instant("2024-01-05"))
    transact(api, made["lago_id"], voided_credits="12")
    path = f"/wallets/{made['lago_id']}/balance_statement"
    before = api.get(path, at="2024-01-04T23:59:59Z")["balance_statement"]
    assert (before["balance_cents"], before["credits"][0]["remaining_amount_cents"]) == (3000, 3000)
    assert api.get(path)["balance_statement"]["balance_cents"] == 1800
    assert api.get(path, at="2023-12-31")["balance_statement"]["credits"] == []
    api.get(path, at="nonsense", expect=422)


def test_without_a_provider_there_is_no_page_to_pay_on(api):
    (bought,) = transact(api, wallet(api)["lago_id"], paid_credits="1")
    path = f"/wallet_transactions/{bought['lago_id']}/payment_url"
    assert api.post(path, expect=422)["error_details"] == {"base": ["no_linked_payment_provider"]}
    pay(api, bought["lago_invoice_id"])
    api.post(path, expect=405)
