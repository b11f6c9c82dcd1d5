"""Fees of drafts that are set by hand: told over the API."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from invoices.billing.fee_key import key_of
from invoices.models import AdjustedFee, CreditNote, FeeType, Invoice
from invoices.services.adjusted_fee import adjust_fee
from invoices.services.invoice import finalize_invoice, refresh_invoice
from plans.services.subscription import terminate_subscription
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

TIERS = {
    "graduated_ranges": [
        {"from_value": 0, "to_value": 100, "per_unit_amount": "0.10", "flat_amount": "0"},
        {"from_value": 101, "to_value": None, "per_unit_amount": "0.05", "flat_amount": "0"},
    ]
}


class Story:
    """A draft of February's first days: 30.00, 40 tokens at 0.10 and 10 seats at 2.00, 20 % tax: 64.80."""

    def __init__(self) -> None:
        self.organization = an_organization(at=instant("2024-01-01"))
        tax = a_tax(self.organization, "vat", 20)
        a_customer(self.organization, "acme", invoice_grace_period=5, tax_codes=[tax.code])
        tokens, idle = a_metric(self.organization, "tokens"), a_metric(self.organization, "idle")
        plan = a_plan(
            self.organization,
            charges=[
                a_charge(tokens, charge_model="graduated", properties=TIERS),
                a_charge(idle, "3"),
            ],
            fixed_charges=[a_fixed_charge(an_add_on(self.organization, "seats"), 10, "2")],
        )
        a_subscription(self.organization, plan, "sub", external_customer_id="acme")
        self.use(40)
        (self.draft,) = bill(self.organization, at=instant("2024-02-02"))
        self.api = ApiClient(self.organization)
        self.path = f"/invoices/{self.draft.id}/adjusted_fees"

    def use(self, tokens: int) -> None:
        event = an_event("tokens", tokens, external_subscription_id="sub", at=instant("2024-01-10"))
        send(self.organization, event)

    def fee(self, code: str) -> Any:
        (found,) = [fee for fee in self.invoice()["fees"] if fee["item"]["code"] == code]
        return found

    def invoice(self) -> Any:
        return self.api.get(f"/invoices/{self.draft.id}")["invoice"]

    def adjust(self, code: str, expect: int = 200, **changes: Any) -> Any:
        target = {"fee_id": self.fee(code)["lago_id"]}
        return self.api.post(self.path, {"adjusted_fee": {**target, **changes}}, expect=expect)


@pytest.fixture
def story() -> Story:
    return Story()


def test_units_are_priced_like_units_that_were_used(story):
    assert story.invoice()["total_amount_cents"] == 6480
    # 100 × 0.10 + 50 × 0.05 = 12.50.
    fee = story.adjust("tokens", units="150")["fee"]
    assert (fee["amount_cents"], fee["units"], fee["taxes_amount_cents"]) == (1250, "150.0", 250)
    assert fee["amount_details"]["graduated_ranges"][1]["units"] == "50.0"
    # 30.00 + 12.50 + 20.00 and 20 %.
    assert story.invoice()["total_amount_cents"] == 7500


def test_a_unit_price_takes_the_place_of_the_charges_price(story):
    fee = story.adjust("tokens", units=3, unit_precise_amount="0.335")["fee"]
    # 3 × 0.335 = 1.005, rounded half up.
    assert (fee["amount_cents"], fee["precise_unit_amount"]) == (101, "0.335")


def test_a_unit_price_alone_follows_the_usage(story):
    assert story.adjust("tokens", unit_precise_amount=1)["fee"]["amount_cents"] == 4000
    story.use(10)
    refresh_invoice(invoice=story.draft, at=story.organization.now())
    assert story.fee("tokens")["amount_cents"] == 5000


def test_what_was_set_outlives_a_refresh_and_is_there_on_the_final_invoice(story):
    story.adjust("tokens", units=100, invoice_display_name="Tokens, as agreed")
    story.use(900)
    refresh_invoice(invoice=story.draft, at=story.organization.now())
    assert (story.fee("tokens")["amount_cents"], story.fee("tokens")["units"]) == (1000, "100.0")
    finalize_invoice(invoice=story.draft, at=story.organization.now())
    fee = story.fee("tokens")
    assert (fee["amount_cents"], fee["item"]["invoice_display_name"]) == (1000, "Tokens, as agreed")


def test_a_name_alone_changes_no_amount(story):
    fee = story.adjust("tokens", invoice_display_name="Tokens")["fee"]
    assert (fee["amount_cents"], fee["item"]["invoice_display_name"]) == (400, "Tokens")


def test_every_kind_of_fee_can_be_set(story):
    plan_code = Invoice.objects.get().fees.get(fee_type=FeeType.SUBSCRIPTION).item_code
    # Half of the plan's 30.00, and 4 seats of 2.00.
    assert story.adjust(plan_code, units="0.5")["fee"]["amount_cents"] == 1500
    assert story.adjust("seats", units=4)["fee"]["amount_cents"] == 800
    assert story.adjust("seats", units=0)["fee"]["amount_cents"] == 0
    assert story.fee("seats")["units"] == "0.0"


def test_what_nothing_was_used_of_gets_a_fee(story):
    charge = story.draft.fees.first().subscription.plan.charges.get(billable_metric__code="idle")
    target = {"external_subscription_id": "sub", "charge_id": str(charge.id)}
    fee = story.api.post(story.path, {"adjusted_fee": {**target, "units": 2}})["fee"]
    assert (fee["item"]["code"], fee["amount_cents"]) == ("idle", 600)


def test_what_is_set_again_replaces_what_was_set(story):
    story.adjust("tokens", units=10)
    story.adjust("tokens", units=20)
    (row,) = story.api.get(story.path)["adjusted_fees"]
    assert (row["units"], row["unit_precise_amount"], row["fee_type"]) == ("20.0", None, "charge")


def test_without_the_adjustment_the_fee_is_computed_again(story):
    story.adjust("tokens", units=10)
    (row,) = story.api.get(story.path)["adjusted_fees"]
    removed = story.api.delete(f"{story.path}/{row['lago_id']}")["adjusted_fee"]
    assert removed == row
    assert story.fee("tokens")["amount_cents"] == 400
    assert story.api.delete(f"{story.path}/{row['lago_id']}", expect=404)["code"] == "adjusted_fee_not_found"


def test_a_preview_tells_the_total_and_changes_nothing(story):
    before = story.invoice()
    body = {"adjusted_fee": {"fee_id": story.fee("tokens")["lago_id"], "units": 150}}
    shown = story.api.post(f"{story.path}/preview", body)["invoice"]
    assert shown["total_amount_cents"] == 7500
    assert story.invoice() == before
    assert not AdjustedFee.objects.exists()


def test_only_drafts_are_set_by_hand(story):
    fee_id = story.fee("tokens")["lago_id"]
    finalize_invoice(invoice=story.draft, at=story.organization.now())
    fee_id = story.fee("tokens")["lago_id"]
    refused = story.api.post(story.path, {"adjusted_fee": {"fee_id": fee_id, "units": 1}}, expect=405)
    assert refused["code"] == "not_editable"


def test_nonsense_is_refused(story):
    assert story.adjust("tokens", 422, units=-1)["error_details"] == {"units": ["value_is_out_of_range"]}
    assert story.adjust("tokens", 422)["error_details"] == {"units": ["value_is_mandatory"]}
    unknown = {"fee_id": str(story.draft.id), "units": 1}
    assert story.api.post(story.path, {"adjusted_fee": unknown}, expect=404)["code"] == "fee_not_found"
    elsewhere = {"external_subscription_id": "sub", "charge_id": str(story.draft.id), "units": 1}
    assert story.api.post(story.path, {"adjusted_fee": elsewhere}, expect=404)["code"] == "charge_not_found"


def test_a_minimum_is_what_the_set_amounts_lack(story):
    organization = story.organization
    charge = a_charge(a_metric(organization, "calls"), "1", min_amount_cents=1000)
    a_subscription(organization, a_plan(organization, charges=[charge]), "other", external_customer_id="acme")
    drafts = bill(organization, at=instant("2024-03-02"))
    draft = next(each for each in drafts if each.fees.filter(item_code="calls").exists())
    fee = draft.fees.get(item_code="calls", true_up_parent=None)
    path = f"/invoices/{draft.id}/adjusted_fees"
    story.api.post(path, {"adjusted_fee": {"fee_id": str(fee.id), "units": 3}})
    # 28 days were billed of February's 29: 9.66 less 3.00.
    true_up = draft.fees.get(item_code="calls", true_up_parent__isnull=False)
    assert true_up.amount_cents == 666
    story.api.post(path, {"adjusted_fee": {"fee_id": str(true_up.id), "unit_precise_amount": "0"}})
    assert draft.fees.get(item_code="calls", true_up_parent__isnull=False).amount_cents == 0


class TestTable:
    def test_says_something_about_a_fee_once(self, story):
        story.adjust("tokens", units=10)
        row = AdjustedFee.objects.get()
        same = {name: getattr(row, f"{name}_id") for name in ("organization", "invoice", "subscription", "charge")}
        values = {f"{name}_id": value for name, value in same.items()} | {
            "fee_type": "charge",
            "created_at": row.created_at,
        }
        self.refused("adjusted_fee_once_per_fee", units=Decimal(1), **values)
        self.refused("adjusted_fee_says_something", **{**values, "is_true_up": True})
        self.refused("adjusted_fee_units_gte_0", units=Decimal(-1), **{**values, "is_true_up": True})
        price = {"unit_precise_amount": Decimal(-1)}
        self.refused("adjusted_fee_unit_precise_amount_gte_0", **price, **{**values, "is_true_up": True})
        self.refused("adjusted_fee_fee_type_known", units=Decimal(1), **{**values, "fee_type": "gift"})

    @staticmethod
    def refused(constraint: str, **values: Any) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            AdjustedFee.objects.create(**values)


def test_an_early_end_gives_back_days_at_the_price_that_was_set():
    organization = an_organization(at=instant("2024-01-01"))
    a_customer(organization, "acme", invoice_grace_period=40)
    plan = a_plan(organization, amount_cents=6200, pay_in_advance=True)
    subscription = a_subscription(organization, plan, "sub", external_customer_id="acme")
    draft = Invoice.objects.get(organization=organization)
    key = key_of(draft.fees.get())
    at = instant("2024-01-16T12:00:00Z")
    adjust_fee(invoice=draft, key=key, at=at, units=Decimal("0.5"))
    organization.change(at=at, test_clock_at=at)
    terminate_subscription(subscription=subscription, at=at)
    # 15 of 31 days of 31.00.
    assert CreditNote.objects.get(invoice=draft).total_amount_cents == 1500
