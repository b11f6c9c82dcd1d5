"""Coupons on real invoices: how often, for what, and what becomes of them."""

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.errors import ValidationFailed
from customers.models import Customer
from customers.services.customer import delete_customer
from invoices.billing.credits.recredit import recredit_coupons
from invoices.models import Credit, Invoice, InvoiceStatus
from invoices.services.invoice import finalize_invoice
from plans.models import AppliedCoupon
from plans.services.applied_coupon import terminate_applied_coupon
from plans.services.coupon import delete_coupon
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.parallel import at_once
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

MONTHS = [instant(f"2024-{month:02}-01") for month in range(2, 7)]
FEBRUARY = MONTHS[0]


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def acme(organization):
    return a_customer(organization, "acme", currency="EUR")


@pytest.fixture
def subscribed(organization, acme):
    """30.00 EUR a month in arrears."""
    a_subscription(organization, a_plan(organization, "basic"), "sub", external_customer_id="acme")
    return organization


def taken_by_month(organization):
    for month in MONTHS:
        invoices = bill(organization, at=month)
    return [invoice.coupons_amount_cents for invoice in invoices]


def test_a_one_time_amount_goes_on_until_it_is_used_up(subscribed, acme):
    applied = an_applied_coupon(acme, amount_cents=7000, frequency="once")
    # 3000 + 3000 + 1000
    assert taken_by_month(subscribed) == [3000, 3000, 1000, 0, 0]
    applied.refresh_from_db()
    assert (applied.status, applied.terminated_at) == ("terminated", instant("2024-04-01"))


def test_a_one_time_percentage_is_for_one_invoice(subscribed, acme):
    an_applied_coupon(acme, percentage_rate=10, frequency="once")
    assert taken_by_month(subscribed) == [300, 0, 0, 0, 0]
    assert AppliedCoupon.objects.get().status == "terminated"


def test_a_recurring_coupon_is_for_so_many_invoices(subscribed, acme):
    applied = an_applied_coupon(acme, amount_cents=4000, frequency="recurring", frequency_duration=2)
    assert taken_by_month(subscribed) == [3000, 3000, 0, 0, 0]
    applied.refresh_from_db()
    assert (applied.status, applied.frequency_duration_remaining) == ("terminated", 0)


def test_a_coupon_for_ever_has_no_end(subscribed, acme):
    an_applied_coupon(acme, percentage_rate=25, frequency="forever")
    assert taken_by_month(subscribed) == [750] * 5


def test_an_invoice_of_nothing_left_is_issued_and_paid(subscribed, acme):
    an_applied_coupon(acme, amount_cents=5000)
    (invoice,) = bill(subscribed, at=FEBRUARY)
    assert (invoice.status, invoice.payment_status, invoice.total_amount_cents) == ("finalized", "succeeded", 0)


def test_what_is_not_used_any_more_is_not_taken_off(subscribed, acme):
    terminate_applied_coupon(applied_coupon=an_applied_coupon(acme), at=subscribed.now())
    coupon = a_coupon(subscribed)
    an_applied_coupon(acme, coupon)
    delete_coupon(coupon=coupon, at=subscribed.now())
    assert bill(subscribed, at=FEBRUARY)[0].coupons_amount_cents == 0


def test_several_invoices_of_one_run_share_what_is_left(subscribed, acme):
    a_subscription(
        subscribed,
        a_plan(subscribed, amount_cents=1000),
        "alone",
        external_customer_id="acme",
        consolidate_invoice=False,
    )
    an_applied_coupon(acme, amount_cents=3500, frequency="once")
    invoices = bill(subscribed, at=FEBRUARY)
    assert sorted(invoice.coupons_amount_cents for invoice in invoices) in ([500, 3000], [1000, 2500])
    assert AppliedCoupon.objects.get().status == "terminated"


def test_a_draft_has_no_coupons_until_it_is_final(organization, subscribed, acme):
    a_customer(organization, "acme", invoice_grace_period=3)
    applied = an_applied_coupon(acme, percentage_rate=10, frequency="recurring", frequency_duration=2)
    (draft,) = bill(subscribed, at=FEBRUARY)
    assert (draft.status, draft.coupons_amount_cents, Credit.objects.count()) == ("draft", 0, 0)
    final = finalize_invoice(invoice=draft, at=subscribed.now())
    assert (final.coupons_amount_cents, final.total_amount_cents) == (300, 2700)
    applied.refresh_from_db()
    assert applied.frequency_duration_remaining == 1


def test_plan_limits_include_the_overrides_of_single_subscriptions(organization, acme):
    plan, other = a_plan(organization, "basic"), a_plan(organization, "other", amount_cents=500)
    a_subscription(organization, plan, "own", external_customer_id="acme", plan_overrides={"amount_cents": 1000})
    a_subscription(organization, other, "other", external_customer_id="acme")
    an_applied_coupon(acme, amount_cents=9000, applies_to={"plan_codes": ["basic"]})
    (invoice,) = bill(organization, at=FEBRUARY)
    assert (invoice.fees_amount_cents, invoice.coupons_amount_cents) == (1500, 1000)


def test_metric_limits_cover_the_fees_of_that_metric_only(organization, acme):
    tokens, calls = a_metric(organization, "tokens"), a_metric(organization, "calls")
    plan = a_plan(organization, charges=[a_charge(tokens), a_charge(calls)])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    for code, value in (("tokens", 4), ("calls", 2)):
        send(organization, an_event(code, value, external_subscription_id="sub", at=instant("2024-01-10")))
    an_applied_coupon(acme, percentage_rate=50, applies_to={"billable_metric_codes": ["tokens"]})
    (invoice,) = bill(organization, at=FEBRUARY)
    assert invoice.coupons_amount_cents == 200
    assert dict(invoice.fees.values_list("item_code", "precise_coupons_amount_cents")) == {
        plan.code: 0,
        "tokens": 200,
        "calls": 0,
    }


def test_charges_paid_in_advance_use_coupons_one_event_after_the_other(organization, acme):
    charge = a_charge(a_metric(organization, "calls"), pay_in_advance=True)
    a_subscription(organization, a_plan(organization, charges=[charge]), "sub", external_customer_id="acme")
    an_applied_coupon(acme, amount_cents=300, frequency="once")
    at = instant("2024-01-01T01:00:00Z")
    send(organization, *(an_event("calls", 2, external_subscription_id="sub", at=at) for _ in range(2)))
    invoices = Invoice.objects.filter(organization=organization).order_by("id")
    assert [invoice.coupons_amount_cents for invoice in invoices] == [200, 100]


def test_fees_without_an_invoice_use_no_coupons(organization, acme):
    charge = a_charge(a_metric(organization, "calls"), pay_in_advance=True, invoiceable=False)
    a_subscription(organization, a_plan(organization, charges=[charge]), "sub", external_customer_id="acme")
    applied = an_applied_coupon(acme, amount_cents=300, frequency="once")
    send(organization, an_event("calls", 2, external_subscription_id="sub", at=instant("2024-01-01T01:00:00Z")))
    assert organization.fees.get().precise_coupons_amount_cents == 0
    assert not Credit.objects.filter(applied_coupon=applied).exists()


def test_one_off_invoices_use_no_coupons(organization, acme):
    an_applied_coupon(acme)
    api = ApiClient(organization)
    add_on = {"name": "Setup", "code": "setup", "amount_cents": 1000, "amount_currency": "EUR"}
    api.post("/add_ons", {"add_on": add_on})
    body = {"external_customer_id": "acme", "currency": "EUR", "fees": [{"add_on_code": "setup"}]}
    assert api.post("/invoices", {"invoice": body})["invoice"]["coupons_amount_cents"] == 0


def test_an_invoice_names_its_credits_and_the_coupon_its_invoices(subscribed, acme):
    applied = an_applied_coupon(
        acme, a_coupon(subscribed, "five", name="Five off", frequency="once", amount_cents=5000)
    )
    (invoice,) = bill(subscribed, at=FEBRUARY)
    api = ApiClient(subscribed)
    (credit,) = api.get(f"/invoices/{invoice.id}")["invoice"]["credits"]
    assert (credit["amount_cents"], credit["before_taxes"], credit["invoice"]["lago_id"]) == (
        3000,
        True,
        str(invoice.id),
    )
    assert {name: credit["item"][name] for name in ("type", "code", "name")} == {
        "type": "coupon",
        "code": "five",
        "name": "Five off",
    }
    (shown,) = api.get("/applied_coupons")["applied_coupons"]
    assert (shown["lago_id"], shown["amount_cents_remaining"], shown["credits"]) == (str(applied.id), 2000, [credit])


def void(invoice):
    """As voiding does: the invoice first, then what it took is given back."""
    with transaction.atomic():
        Customer.objects.select_for_update().get(id=invoice.customer_id)
        Invoice.objects.filter(id=invoice.id).update(status=InvoiceStatus.VOIDED)
        recredit_coupons([invoice], at=invoice.organization.now())


def test_what_a_voided_invoice_took_can_be_used_again(subscribed, acme):
    once = an_applied_coupon(acme, amount_cents=1000, frequency="once")
    counted = an_applied_coupon(acme, percentage_rate=10, frequency="recurring", frequency_duration=1)
    (january,) = bill(subscribed, at=FEBRUARY)
    # 1000 of 3000, then 10 % of 2000
    assert january.coupons_amount_cents == 1200
    void(january)
    for applied in (once, counted):
        applied.refresh_from_db()
        assert (applied.status, applied.terminated_at) == ("active", None)
    assert counted.frequency_duration_remaining == 1
    assert bill(subscribed, at=MONTHS[1])[-1].coupons_amount_cents == 1200


def test_voiding_does_not_bring_back_a_coupon_that_was_deleted(subscribed, acme):
    coupon = a_coupon(subscribed)
    applied = an_applied_coupon(acme, coupon)
    (january,) = bill(subscribed, at=FEBRUARY)
    delete_coupon(coupon=coupon, at=subscribed.now())
    void(january)
    applied.refresh_from_db()
    assert applied.status == "terminated"


def test_deleting_a_customer_ends_the_coupons_before_the_last_invoice(subscribed, acme):
    applied = an_applied_coupon(acme)
    delete_customer(customer=acme, at=instant("2024-01-16"))
    applied.refresh_from_db()
    assert applied.status == "terminated"
    assert Invoice.objects.get().coupons_amount_cents == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_calls_at_once_one_applies_what_is_not_reusable(organization, acme):
    coupon = a_coupon(organization, reusable=False)
    results = at_once(*[lambda: an_applied_coupon(acme, coupon)] * 2)
    assert AppliedCoupon.objects.count() == 1
    assert [type(each) for each in results].count(ValidationFailed) == 1


BROKEN = [
    ({"amount_cents": None}, "applied_coupon_has_amount_or_percentage"),
    ({"percentage_rate": 10}, "applied_coupon_has_amount_or_percentage"),
    ({"amount_currency": ""}, "applied_coupon_has_amount_or_percentage"),
    ({"frequency": "recurring"}, "applied_coupon_counts_down_if_recurring"),
    ({"frequency_duration_remaining": 1}, "applied_coupon_counts_down_if_recurring"),
    ({"frequency": "often"}, "applied_coupon_frequency_known"),
    ({"status": "over"}, "applied_coupon_status_known"),
    ({"status": "terminated"}, "applied_coupon_terminated_at_an_instant"),
]


@pytest.mark.parametrize(("values", "constraint"), BROKEN)
def test_an_applied_coupon_cannot_be_stored_in_a_wrong_state(acme, values, constraint):
    applied = AppliedCoupon.objects.filter(id=an_applied_coupon(acme).id)
    with pytest.raises(IntegrityError, match=constraint):
        applied.update(**values)


BROKEN_COUPONS = [
    ({"amount_cents": 0}, "coupon_has_amount_or_percentage"),
    ({"coupon_type": "percentage"}, "coupon_value_is_of_its_type"),
    ({"coupon_type": "gift"}, "coupon_coupon_type_known"),
    ({"frequency": "recurring"}, "coupon_recurs_for_some_invoices"),
    ({"frequency": "often"}, "coupon_frequency_known"),
    ({"expiration": "time_limit"}, "coupon_expires_at_its_time_limit"),
    ({"expiration": "never"}, "coupon_expiration_known"),
    ({"limited_plans": True, "limited_billable_metrics": True}, "coupon_has_one_limitation"),
    ({"status": "over"}, "coupon_status_known"),
    ({"status": "terminated"}, "coupon_terminated_at_an_instant"),
]


@pytest.mark.parametrize(("values", "constraint"), BROKEN_COUPONS)
def test_a_coupon_cannot_be_stored_in_a_wrong_state(organization, values, constraint):
    a_coupon(organization)
    with pytest.raises(IntegrityError, match=constraint):
        organization.coupons.update(**values)


def test_a_credit_has_a_source_and_an_amount_and_is_once_for_an_invoice(subscribed, acme):
    applied = an_applied_coupon(acme)
    (invoice,) = bill(subscribed, at=FEBRUARY)
    values = {"invoice": invoice, "amount_currency": "EUR", "created_at": subscribed.now()}
    for wrong, constraint in (
        ({"applied_coupon": applied, "amount_cents": 0}, "credit_amount_cents_gt_0"),
        ({"amount_cents": 1}, "credit_has_one_source"),
        ({"applied_coupon": applied, "amount_cents": 1}, "credit_once_per_invoice_and_coupon"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Credit.objects.create(**values, **wrong)
