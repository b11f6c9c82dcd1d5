"""One-off invoices: add-ons sold once, with the taxes of the first level that has any."""

import pytest

from invoices.models import DocumentSequence, Invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import an_add_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-03-10T15:00:00Z"))


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def sell(api, *fees, expect=200, **terms):
    """The invoice, or the refusal."""
    body = {"external_customer_id": "acme", "currency": "EUR", "fees": list(fees), **terms}
    answer = api.post("/invoices", {"invoice": body}, expect=expect)
    return answer["invoice"] if expect == 200 else answer


def test_add_ons_are_billed_at_once(organization, api):
    a_customer(organization, "acme", net_payment_term=30, invoice_grace_period=5)
    an_add_on(organization, "setup", name="Set-up", amount_cents=10000, description="Once")

    invoice = sell(api, {"add_on_code": "setup"})

    assert (invoice["invoice_type"], invoice["status"], invoice["payment_status"]) == (
        "one_off",
        "finalized",
        "pending",
    )
    assert (invoice["issuing_date"], invoice["payment_due_date"]) == ("2024-03-10", "2024-04-09")
    assert invoice["number"].endswith("-001-001")
    assert (invoice["fees_amount_cents"], invoice["total_amount_cents"]) == (10000, 10000)
    (fee,) = invoice["fees"]
    assert (fee["item"]["type"], fee["item"]["code"], fee["item"]["name"]) == ("add_on", "setup", "Set-up")
    assert (fee["units"], fee["precise_unit_amount"], fee["description"]) == ("1.0", "100.0", "Once")
    assert (fee["from_date"], fee["to_date"], fee["lago_subscription_id"]) == (None, None, None)


def test_price_units_and_words_can_be_others(organization, api):
    a_customer(organization, "acme")
    an_add_on(organization, "hours", amount_cents=5000)

    invoice = sell(
        api,
        {
            "add_on_code": "hours",
            "unit_amount_cents": 333,
            "units": 2.5,
            "description": "March",
            "invoice_display_name": "Consulting",
            "from_datetime": "2024-03-01T00:00:00Z",
            "to_datetime": "2024-03-31T23:59:59Z",
        },
        net_payment_term=7,
        purchase_order_number="PO-1",
    )

    (fee,) = invoice["fees"]
    # 2.5 × 333 = 832.5, half up
    assert (fee["amount_cents"], fee["precise_amount"], fee["precise_unit_amount"]) == (833, "8.325", "3.33")
    assert (fee["item"]["invoice_display_name"], fee["description"]) == ("Consulting", "March")
    assert (fee["from_date"], fee["to_date"]) == ("2024-03-01T00:00:00Z", "2024-03-31T23:59:59Z")
    assert (invoice["payment_due_date"], invoice["net_payment_term"]) == ("2024-03-17", 7)
    assert invoice["purchase_order_number"] == "PO-1"


def test_taxes_come_from_the_first_level_that_has_any(organization, api):
    for rate_percent, code in enumerate(("item", "add_on", "customer"), start=1):
        a_tax(organization, code, rate_percent=rate_percent)
    a_tax(organization, "entity", rate_percent=4, applied_to_organization=True)
    a_customer(organization, "acme", tax_codes=["customer"])
    a_customer(organization, "plain")
    an_add_on(organization, "taxed", tax_codes=["add_on"])
    an_add_on(organization, "untaxed")

    fees = ({"add_on_code": "taxed", "tax_codes": ["item"]}, {"add_on_code": "taxed"}, {"add_on_code": "untaxed"})
    invoice = sell(api, *fees)
    of_plain = sell(api, {"add_on_code": "untaxed"}, external_customer_id="plain")

    # 10.00 each at 1, 2 and 3 %
    assert [fee["taxes_amount_cents"] for fee in invoice["fees"]] == [10, 20, 30]
    assert (invoice["taxes_amount_cents"], invoice["total_amount_cents"]) == (60, 3060)
    assert {tax["tax_code"] for tax in invoice["applied_taxes"]} == {"item", "add_on", "customer"}
    assert of_plain["taxes_amount_cents"] == 40


def test_the_currency_is_the_customers_by_default(organization, api):
    a_customer(organization, "acme", currency="JPY")
    an_add_on(organization, "setup")

    invoice = sell(api, {"add_on_code": "setup", "unit_amount_cents": 500}, currency=None)
    refused = sell(api, {"add_on_code": "setup"}, currency=None, expect=422)

    assert (invoice["currency"], invoice["fees"][0]["precise_unit_amount"]) == ("JPY", "500.0")
    # 10.00 EUR is not 1,000 JPY.
    assert refused["error_details"] == {"fees.0.unit_amount_cents": ["currencies_does_not_match"]}


def test_nothing_to_pay_is_paid(organization, api):
    a_customer(organization, "acme")
    an_add_on(organization, "gift")

    invoice = sell(api, {"add_on_code": "gift", "unit_amount_cents": 0})

    assert (invoice["status"], invoice["payment_status"]) == ("finalized", "succeeded")


def test_nothing_to_pay_is_not_listed_where_such_invoices_are_skipped(organization, api):
    a_customer(organization, "acme", finalize_zero_amount_invoice="skip")
    an_add_on(organization, "gift")

    sell(api, {"add_on_code": "gift", "units": 0})

    assert api.get("/invoices")["meta"]["total_count"] == 0
    assert not DocumentSequence.objects.exists()


def test_a_one_off_invoice_becomes_overdue(organization, api):
    a_customer(organization, "acme")
    an_add_on(organization, "setup")
    sell(api, {"add_on_code": "setup"})

    bill(organization, at=instant("2024-03-11T00:00:00Z"))

    assert Invoice.objects.get().payment_overdue


@pytest.mark.parametrize(
    ("fee", "status", "code"),
    [
        ({"add_on_code": "other"}, 404, "add_on_not_found"),
        ({}, 404, "add_on_not_found"),
        ({"add_on_code": "setup", "tax_codes": ["other"]}, 404, "tax_not_found"),
        ({"add_on_code": "setup", "unit_amount_cents": -1}, 422, "validation_errors"),
        ({"add_on_code": "setup", "units": "many"}, 422, "validation_errors"),
        ({"add_on_code": "setup", "units": 10**14, "unit_amount_cents": 10**12}, 422, "validation_errors"),
        ({"add_on_code": "setup", "from_datetime": "2024-03-01"}, 422, "validation_errors"),
        (
            {"add_on_code": "setup", "from_datetime": "2024-03-02", "to_datetime": "2024-03-01"},
            422,
            "validation_errors",
        ),
    ],
)
def test_a_refusal_leaves_nothing_behind(organization, api, fee, status, code):
    a_customer(organization, "acme")
    an_add_on(organization, "setup")

    assert sell(api, {"add_on_code": "setup"}, fee, expect=status)["code"] == code

    assert not Invoice.objects.exists()
    assert not DocumentSequence.objects.exists()


def test_who_and_what_must_be_there(organization, api):
    a_customer(organization, "acme")
    an_add_on(organization, "setup")

    assert sell(api, expect=404)["code"] == "fees_not_found"
    fee = {"add_on_code": "setup"}
    assert sell(api, fee, external_customer_id="other", expect=404)["code"] == "customer_not_found"
    stranger = ApiClient(an_organization("Stranger"))
    assert sell(stranger, fee, expect=404)["code"] == "customer_not_found"
