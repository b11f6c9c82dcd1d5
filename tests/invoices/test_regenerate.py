"""Voided invoices made again: told over the API."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from invoices.models import Invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.invoices import an_invoice
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import a_wallet, buy

pytestmark = pytest.mark.django_db


class Story:
    """January: 30.00 and 15 calls, the first 10 of them free, at 2.00, with 20 % tax: 48.00."""

    def __init__(self) -> None:
        self.organization = an_organization(at=instant("2024-01-01"))
        tax = a_tax(self.organization, "vat", 20)
        self.acme = a_customer(self.organization, "acme", currency="EUR", tax_codes=[tax.code])
        package = {"amount": "2", "package_size": 1, "free_units": 10}
        charge = a_charge(a_metric(self.organization, "calls"), charge_model="package", properties=package)
        a_subscription(
            self.organization, a_plan(self.organization, charges=[charge]), "sub", external_customer_id="acme"
        )
        event = an_event("calls", 15, external_subscription_id="sub", at=instant("2024-01-10"))
        send(self.organization, event)
        self.api = ApiClient(self.organization)

    def bill(self) -> Any:
        (billed,) = bill(self.organization, at=instant("2024-02-01"))
        return self.api.get(f"/invoices/{billed.id}")["invoice"]

    def void(self, invoice: Any) -> Any:
        return self.api.post(f"/invoices/{invoice['lago_id']}/void")["invoice"]

    def again(self, invoice: Any, *fees: Any, expect: int = 200, preview: bool = False) -> Any:
        path = f"/invoices/{invoice['lago_id']}/regenerate{'/preview' if preview else ''}"
        answer = self.api.post(path, {"fees": list(fees)} if fees else None, expect=expect)
        return answer["invoice"] if expect == 200 else answer


@pytest.fixture
def story() -> Story:
    return Story()


def calls_of(invoice: Any) -> Any:
    return next(fee for fee in invoice["fees"] if fee["item"]["code"] == "calls")


def test_a_voided_invoice_is_made_again_as_it_was(story):
    invoice = story.bill()
    assert invoice["total_amount_cents"] == 4800
    voided = story.void(invoice)
    again = story.again(voided)
    assert (again["status"], again["total_amount_cents"], again["invoice_type"]) == ("finalized", 4800, "subscription")
    assert again["lago_voided_invoice_id"] == invoice["lago_id"]
    assert again["number"] != invoice["number"]
    assert again["billing_periods"][0]["charges_from_datetime"] == "2024-01-01T00:00:00Z"
    assert [fee["amount_cents"] for fee in again["fees"]] == [fee["amount_cents"] for fee in invoice["fees"]]
    assert story.api.get(f"/invoices/{invoice['lago_id']}")["invoice"]["status"] == "voided"


def test_its_fees_can_be_set(story):
    voided = story.void(story.bill())
    fee_id = calls_of(voided)["lago_id"]
    # Of 12 calls 2 cost 2.00: 34.00 and 20 %.
    shown = story.again(voided, {"fee_id": fee_id, "units": 12}, preview=True)
    assert shown["total_amount_cents"] == 4080
    assert Invoice.objects.count() == 1
    change = {"fee_id": fee_id, "units": 3, "unit_precise_amount": "0.5", "invoice_display_name": "Calls"}
    again = story.again(voided, change)
    fee = calls_of(again)
    assert (fee["amount_cents"], fee["item"]["invoice_display_name"]) == (150, "Calls")
    # 31.50 and 20 %.
    assert again["total_amount_cents"] == 3780


def test_coupons_and_wallets_pay_for_it_as_they_do_now(story):
    an_applied_coupon(story.acme, a_coupon(story.organization, amount_cents=1000))
    invoice = story.bill()
    assert invoice["coupons_amount_cents"] == 1000
    voided = story.void(invoice)
    buy(a_wallet(story.acme), 5)
    again = story.again(voided)
    # 40.00 - 10.00, 20 % tax, and 5.00 of the wallet.
    assert (again["coupons_amount_cents"], again["prepaid_credit_amount_cents"]) == (1000, 500)
    assert again["total_amount_cents"] == 3100


def test_it_is_made_again_once_until_that_is_voided_too(story):
    voided = story.void(story.bill())
    first = story.again(voided)
    assert story.again(voided, expect=405)["code"] == "not_regenerable"
    story.void(first)
    assert story.again(voided)["total_amount_cents"] == 4800


def test_a_period_is_not_billed_twice_by_that(story):
    voided = story.void(story.bill())
    story.again(voided)
    assert len(bill(story.organization, at=instant("2024-02-20"))) == 2


def test_only_what_is_void_is_made_again(story):
    invoice = story.bill()
    assert story.again(invoice, expect=405)["code"] == "not_regenerable"
    voided = story.void(invoice)
    assert story.again(voided, {"fee_id": voided["lago_id"], "units": 1}, expect=404)["code"] == "fee_not_found"
    refused = story.again(voided, {"fee_id": calls_of(voided)["lago_id"], "units": -1}, expect=422)
    assert refused["error_details"] == {"fees.0.units": ["value_is_out_of_range"]}


def test_what_was_sold_once_is_made_again_too(story):
    sold = story.api.get(f"/invoices/{an_invoice(story.acme, 1000).id}")["invoice"]
    voided = story.void(sold)
    again = story.again(voided, {"fee_id": voided["fees"][0]["lago_id"], "units": 2})
    assert (again["invoice_type"], again["total_amount_cents"]) == ("one_off", 2400)


def test_two_cannot_take_one_place(story):
    voided = story.void(story.bill())
    again = Invoice.objects.get(id=story.again(voided)["lago_id"])
    other = an_invoice(story.acme)
    with pytest.raises(IntegrityError, match="invoice_regenerated_once"), transaction.atomic():
        other.change(at=story.organization.now(), voided_invoice=again.voided_invoice)
