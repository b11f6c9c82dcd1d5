"""What a preview says is what the invoice then is, and nothing of it stays."""

from typing import Any

import pytest
from lago_python_client.models.invoice import InvoiceResponse

from customers.models import Customer
from invoices.models import Fee, Invoice
from plans.models import AppliedCoupon, Coupon, Subscription
from plans.services.subscription import terminate_subscription
from tests.api.stored import stored
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.rollup import roll

pytestmark = pytest.mark.django_db

FEBRUARY = instant("2024-02-01")


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def acme(organization):
    return a_customer(organization, "acme", currency="EUR")


def preview(organization, *, expect: int = 200, **body: Any) -> Any:
    api = ApiClient(organization)
    roll()  # previews read what is folded, too
    before = stored()
    answer = api.post("/invoices/preview", body, expect=expect)
    assert stored() == before
    return answer["invoice"] if expect == 200 else answer


def amounts(invoice: Any) -> dict[str, Any]:
    """What both a preview and the invoice say."""
    names = ("fees_amount_cents", "coupons_amount_cents", "taxes_amount_cents", "total_amount_cents", "currency")
    fees = sorted((fee["item"]["code"], fee["amount_cents"], fee["units"]) for fee in invoice["fees"])
    return {**{name: invoice[name] for name in names}, "fees": fees}


def shown(invoice: Invoice) -> Any:
    return ApiClient(invoice.organization).get(f"/invoices/{invoice.id}")["invoice"]


def test_a_new_subscription_in_arrears_shows_its_first_period(organization, acme):
    seats = a_fixed_charge(an_add_on(organization, "seat"), units=2, properties={"amount": "3"})
    a_plan(organization, "basic", fixed_charges=[seats])
    seen = preview(organization, customer={"external_id": "acme"}, plan_code="basic", billing_time="calendar")
    # 30.00 and two seats of 3.00
    assert seen["fees_amount_cents"] == 3600
    assert (seen["status"], seen["issuing_date"]) == ("draft", "2024-02-01")
    assert seen["number"].endswith("-DRAFT")
    InvoiceResponse.parse_obj(seen)


def test_a_new_subscription_in_advance_shows_what_is_paid_at_once(organization, acme):
    a_plan(organization, "basic", pay_in_advance=True)
    seen = preview(
        organization, customer={"external_id": "acme"}, plan_code="basic", subscription_at="2024-01-17T00:00:00Z"
    )
    # 15 of 31 days
    assert (seen["total_amount_cents"], seen["issuing_date"]) == (1452, "2024-01-17")


def test_nobody_needs_to_exist(organization):
    a_tax(organization, "vat", 20)
    a_plan(organization, "basic")
    customer = {"name": "New", "currency": "EUR", "tax_codes": ["vat"], "net_payment_term": 30}
    seen = preview(organization, customer=customer, plan_code="basic")
    assert (seen["taxes_amount_cents"], seen["total_amount_cents"]) == (600, 3600)
    assert (seen["issuing_date"], seen["payment_due_date"]) == ("2024-02-01", "2024-03-02")
    assert not Customer.objects.exists()


def test_coupons_are_given_by_code_or_described(organization, acme):
    a_plan(organization, "basic")
    a_coupon(organization, "five")
    given = [{"code": "five"}, {"code": "new", "coupon_type": "percentage", "percentage_rate": "10"}]
    seen = preview(organization, customer={"external_id": "acme"}, plan_code="basic", coupons=given)
    # 500 of 3000, then 10 % of 2500
    assert (seen["coupons_amount_cents"], seen["total_amount_cents"]) == (750, 2250)
    assert sorted(credit["amount_cents"] for credit in seen["credits"]) == [250, 500]
    assert (Coupon.objects.count(), AppliedCoupon.objects.count()) == (1, 0)


def test_the_customers_own_coupons_are_used_also_under_grace(organization, acme):
    a_customer(organization, "acme", invoice_grace_period=3)
    an_applied_coupon(acme, percentage_rate=10, frequency="once")
    a_plan(organization, "basic")
    seen = preview(organization, customer={"external_id": "acme"}, plan_code="basic")
    assert (seen["coupons_amount_cents"], seen["issuing_date"]) == (300, "2024-02-04")


def test_the_next_invoice_of_a_subscription_is_as_previewed(organization, acme):
    charges = [a_charge(a_metric(organization), "0.5")]
    a_subscription(organization, a_plan(organization, charges=charges), "sub", external_customer_id="acme")
    send(organization, an_event(value=7, external_subscription_id="sub", at=instant("2024-01-10")))
    an_applied_coupon(acme)
    seen = preview(organization, customer={"external_id": "acme"}, subscriptions={"external_ids": ["sub"]})
    (invoice,) = bill(organization, at=FEBRUARY)
    assert amounts(seen) == amounts(shown(invoice))


def test_an_end_is_as_previewed(organization, acme):
    subscription = a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    ends_at = instant("2024-01-16T12:00:00Z")
    seen = preview(organization, subscriptions={"external_ids": ["sub"], "terminated_at": "2024-01-16T12:00:00Z"})
    organization.change(at=ends_at, test_clock_at=ends_at)
    terminate_subscription(subscription=subscription, at=ends_at)
    assert amounts(seen) == amounts(shown(Invoice.objects.get()))
    # 16 of 31 days
    assert seen["total_amount_cents"] == 1548


@pytest.mark.parametrize("pay_in_advance", [False, True])
def test_a_dearer_plan_is_as_previewed(organization, acme, pay_in_advance):
    a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    dearer = a_plan(organization, "dearer", amount_cents=6000, pay_in_advance=pay_in_advance)
    organization.change(at=instant("2024-01-16"), test_clock_at=instant("2024-01-16"))
    seen = preview(organization, subscriptions={"external_ids": ["sub"], "plan_code": "dearer"})
    a_subscription(organization, dearer, "sub", external_customer_id="acme")
    assert amounts(seen) == amounts(shown(Invoice.objects.get()))
    assert Subscription.objects.count() == 2


def test_a_cheaper_plan_is_previewed_for_the_day_on_which_it_takes_over(organization, acme):
    a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    cheaper = a_plan(organization, "cheaper", amount_cents=1000, pay_in_advance=True)
    seen = preview(organization, subscriptions={"external_ids": ["sub"], "plan_code": "cheaper"})
    a_subscription(organization, cheaper, "sub", external_customer_id="acme")
    (invoice,) = bill(organization, at=FEBRUARY)
    assert amounts(seen) == amounts(shown(invoice))
    # the old period and the new one
    assert seen["fees_amount_cents"] == 4000


def test_a_trial_shows_the_invoice_of_its_end(organization, acme):
    a_plan(organization, "basic", pay_in_advance=True, trial_period=10)
    seen = preview(organization, customer={"external_id": "acme"}, plan_code="basic")
    # 21 of 31 days from 11 January on
    assert (seen["total_amount_cents"], seen["issuing_date"]) == (2032, "2024-01-11")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"customer": {"external_id": "nobody"}, "plan_code": "basic"}, 404, "customer_not_found"),
        ({"customer": {"external_id": "acme"}, "plan_code": "none"}, 404, "plan_not_found"),
        ({"customer": {"external_id": "acme"}}, 404, "plan_not_found"),
        ({"subscriptions": {"external_ids": ["none"]}}, 404, "subscription_not_found"),
        ({"subscriptions": {"external_ids": ["sub"], "terminated_at": "2023-12-01"}}, 422, "validation_errors"),
        ({"plan_code": "basic", "coupons": [{"code": "none"}]}, 404, "coupon_not_found"),
        ({"plan_code": "basic", "billing_time": "sometimes"}, 422, "validation_errors"),
        ({"plan_code": "basic", "subscription_at": "soon"}, 422, "validation_errors"),
    ],
)
def test_what_cannot_be_previewed_is_refused(organization, acme, body, status, code):
    a_subscription(organization, a_plan(organization, "basic"), "sub", external_customer_id="acme")
    assert preview(organization, expect=status, **body)["code"] == code


def test_only_one_subscription_changes_or_ends(organization, acme):
    plan = a_plan(organization, "basic")
    for name in ("one", "two"):
        a_subscription(organization, plan, name, external_customer_id="acme")
    both = {"external_ids": ["one", "two"]}
    assert preview(organization, subscriptions=both)["fees_amount_cents"] == 6000
    refused = preview(organization, expect=422, subscriptions={**both, "plan_code": "basic"})
    assert refused["error_details"] == {"subscriptions": ["only_one_subscription_allowed_for_plan_change"]}


def test_a_preview_bills_nothing_and_queues_nothing(organization, acme):
    a_plan(organization, "basic", pay_in_advance=True)
    preview(organization, customer={"external_id": "acme"}, plan_code="basic")
    assert not (Invoice.objects.exists() or Fee.objects.exists() or Subscription.objects.exists())


def test_the_console_shows_the_next_invoice_and_what_an_end_bills(organization, acme):
    subscription = a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    an_applied_coupon(acme, name="Five off")
    console = Console(organization)
    page = words(console.open("plans_subscription_do_one", subscription.pk, "next_invoice"))
    # 30.00 less 5.00
    assert "This will bill €25.00 on Feb 1, 2024." in page
    assert "Coupon Five off -€5.00" in page
    answer = {"_preview": "1", "on_termination_invoice": "generate"}
    asked = words(console.press(subscription, "terminate", expect=200, **answer).content.decode())
    # 1 of 31 days is 0.97, and the coupon takes it all
    assert "This will bill, on Jan 1, 2024 €0.00" in asked
    assert "Coupons -€0.97" in asked
    assert not Invoice.objects.exists()
