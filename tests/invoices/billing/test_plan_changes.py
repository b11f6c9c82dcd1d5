"""What changes of plan and free trials cost, told as dated stories."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.models import Organization
from invoices.models import BillingFailure, Fee, FeeType, Invoice, InvoiceStatus, InvoiceSubscription
from invoices.services.due_work import run_due_work
from invoices.services.subscription_invoices import bill_plan_changes
from plans.models import Plan, Subscription
from plans.services.add_on import create_add_on
from plans.services.subscription import create_subscription, terminate_subscription
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

START = instant("2024-01-01")
CHANGE = instant("2024-01-11T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=START)


def subscribe(plan: Plan, at: datetime, **options: Any) -> Subscription:
    plan.organization.change(at=at, test_clock_at=at)
    return create_subscription(
        organization=plan.organization,
        at=at,
        external_customer_id="c",
        plan_code=plan.code,
        external_id="s",
        **options,
    )


def use(organization: Organization, *times: str) -> None:
    send(organization, *(an_event(at=instant(time), external_subscription_id="s") for time in times))


def fees(invoice: Invoice) -> dict[str, int]:
    return dict(invoice.fees.order_by("item_code").values_list("item_code", "amount_cents"))


def count_metric(organization: Organization, **values: Any) -> Any:
    return a_metric(organization, aggregation_type="count_agg", field_name="", **values)


# --- Upgrades ---


def test_an_upgrade_bills_the_old_plan_up_to_the_day_before_and_the_new_one_from_that_day(organization):
    subscribe(a_plan(organization, "old", amount_cents=3100), START)
    subscribe(a_plan(organization, "new", amount_cents=6200), CHANGE)
    first, second = bill(organization, at=instant("2024-02-01"))
    # 10 of 31 days, then 21 of 31
    assert (fees(first), fees(second)) == ({"old": 1000}, {"new": 4200})


def test_a_new_plan_in_advance_shares_the_last_invoice_of_the_old_one(organization):
    subscribe(a_plan(organization, "old", amount_cents=3100), START)
    subscribe(a_plan(organization, "new", amount_cents=6200, pay_in_advance=True), CHANGE)
    (invoice,) = Invoice.objects.all()
    assert fees(invoice) == {"old": 1000, "new": 4200}
    reasons = invoice.invoice_subscriptions.order_by("id").values_list("invoicing_reason", flat=True)
    assert list(reasons) == ["subscription_terminating", "subscription_starting"]
    assert fees(bill(organization, at=instant("2024-02-01"))[1]) == {"new": 6200}


def test_an_old_plan_in_advance_owes_no_more_than_its_usage(organization):
    charges = [a_charge(count_metric(organization), "1")]
    subscribe(a_plan(organization, "old", amount_cents=3100, pay_in_advance=True, charges=charges), START)
    use(organization, "2024-01-05", "2024-01-06")
    subscribe(a_plan(organization, "new", amount_cents=6200), CHANGE)
    assert [fees(invoice) for invoice in bill(organization, at=CHANGE)] == [{"old": 3100}, {"tokens": 200}]


def test_every_event_is_billed_by_the_plan_of_its_time(organization):
    metric = count_metric(organization)
    subscribe(a_plan(organization, "old", amount_cents=0, charges=[a_charge(metric, "1")]), START)
    use(organization, "2024-01-05", "2024-01-11T10:00:00Z")
    subscribe(a_plan(organization, "new", amount_cents=0, charges=[a_charge(metric, "10")]), CHANGE)
    use(organization, "2024-01-11T10:00:01Z", "2024-01-31T23:59:59Z", "2024-02-01")
    # The very instant of the change is the old plan's; 1 February is next month's.
    assert [invoice.fees_amount_cents for invoice in bill(organization, at=instant("2024-02-01"))] == [200, 2000]


def test_what_is_carried_over_is_billed_once_by_the_new_plan(organization):
    metric = a_metric(organization, "seats", recurring=True)
    subscribe(a_plan(organization, "old", amount_cents=0, charges=[a_charge(metric, "1")]), START)
    send(organization, an_event("seats", 5, at=instant("2024-01-05"), external_subscription_id="s"))
    subscribe(a_plan(organization, "new", amount_cents=0, charges=[a_charge(metric, "10")]), CHANGE)
    # 5 seats × 10, and nothing on the old plan for the days before (3-D10)
    assert [fees(invoice) for invoice in bill(organization, at=instant("2024-02-01"))] == [
        {"old": 0},
        {"new": 0, "seats": 5000},
    ]


def test_two_upgrades_of_one_day_leave_nothing_to_the_plan_in_between(organization):
    for code, amount_cents, at in (
        ("one", 3100, START),
        ("two", 6200, CHANGE),
        ("three", 9300, instant("2024-01-11T18:00:00Z")),
    ):
        subscribe(a_plan(organization, code, amount_cents=amount_cents), at)
    invoices = bill(organization, at=instant("2024-02-01"))
    assert [fees(invoice) for invoice in invoices] == [{"one": 1000}, {"two": 0}, {"three": 6300}]


def test_a_change_is_billed_once(organization):
    subscribe(a_plan(organization, "old", amount_cents=3100), START)
    new = subscribe(a_plan(organization, "new", amount_cents=6200, pay_in_advance=True), CHANGE)
    assert bill_plan_changes(subscription_ids=[new.pk], at=CHANGE).invoice_ids == []
    assert Invoice.objects.count() == 1


def test_a_change_whose_invoice_was_missed_is_billed_by_the_next_run():
    # Tasks of a live organization wait for a worker, and here none comes.
    organization = an_organization(sandbox=False, at=START)
    plans = [a_plan(organization, code, amount_cents=cents, at=START) for code, cents in (("old", 3100), ("new", 6200))]
    for plan, at in zip(plans, (START, CHANGE), strict=True):
        create_subscription(
            organization=organization, at=at, external_customer_id="c", plan_code=plan.code, external_id="s"
        )
    assert not Invoice.objects.exists()
    run_due_work(organization=organization, at=instant("2024-02-01"))
    assert [fees(invoice) for invoice in Invoice.objects.order_by("billed_at")] == [{"old": 1000}, {"new": 4200}]


def test_a_draft_of_a_change_stays_the_same_when_it_is_finalized(organization):
    a_customer(organization, "c", invoice_grace_period=3)
    subscribe(a_plan(organization, "old", amount_cents=3100), START)
    subscribe(a_plan(organization, "new", amount_cents=6200, pay_in_advance=True), CHANGE)
    (draft,) = Invoice.objects.all()
    assert draft.status == InvoiceStatus.DRAFT
    (final,) = bill(organization, at=instant("2024-01-14T12:00:00Z"))
    assert (final.status, fees(final)) == (InvoiceStatus.FINALIZED, {"old": 1000, "new": 4200})
    assert final.invoice_subscriptions.count() == 2


def test_a_minimum_of_a_charge_counts_the_days_of_each_plan(organization):
    metric = count_metric(organization)
    for code, at in (("old", START), ("new", CHANGE)):
        charge = a_charge(metric, "1", min_amount_cents=3100)
        subscribe(a_plan(organization, code, amount_cents=0, charges=[charge]), at)
    bill(organization, at=instant("2024-02-01"))
    true_ups = Fee.objects.filter(true_up_parent__isnull=False).order_by("created_at", "id")
    # 10 of 31 days, then 21 of 31
    assert list(true_ups.values_list("amount_cents", flat=True)) == [1000, 2100]


@pytest.mark.parametrize(("price", "owed_cents"), [("30", 5323), ("1", 0)])
def test_seats_paid_ahead_by_the_old_plan_are_deducted_from_those_of_the_new_one(organization, price, owed_cents):
    add_on = create_add_on(
        organization=organization, at=START, name="Seats", code="seats", amount_cents=1, amount_currency="EUR"
    )
    for code, amount_cents, unit_price, at in (("old", 0, "15.50", START), ("new", 100, price, instant("2024-01-21"))):
        seats = {"add_on_id": add_on.pk, "charge_model": "standard", "units": 5, "properties": {"amount": unit_price}}
        fixed_charges = [{**seats, "pay_in_advance": True, "prorated": True}]
        subscribe(a_plan(organization, code, amount_cents=amount_cents, fixed_charges=fixed_charges), at)
    paid, owed = Fee.objects.filter(fee_type=FeeType.FIXED_CHARGE).order_by("created_at", "id")
    # 5 × 15.50 = 77.50; 11 of 31 days unused: 27.50. The new plan: 5 × 30 × 11/31 = 53.23, less 27.50.
    assert (paid.amount_cents, owed.amount_cents) == (7750, max(owed_cents - 2750, 0))


# --- Downgrades ---


def test_a_downgrade_is_billed_as_two_whole_periods(organization):
    subscribe(a_plan(organization, "old", amount_cents=6200), START)
    subscribe(a_plan(organization, "new", amount_cents=3100), CHANGE)
    january, february = bill(organization, at=instant("2024-03-01"))
    assert (fees(january), fees(february)) == ({"old": 6200}, {"new": 3100})


def test_in_advance_the_cheaper_plan_is_paid_when_it_takes_over(organization):
    for code, amount_cents, at in (("old", 6200, START), ("new", 3100, CHANGE)):
        subscribe(a_plan(organization, code, amount_cents=amount_cents, pay_in_advance=True), at)
    invoices = bill(organization, at=instant("2024-02-01"))
    assert [fees(invoice) for invoice in invoices] == [{"old": 6200}, {"new": 3100}]
    assert invoices[1].invoice_subscriptions.count() == 2


def test_an_event_at_the_instant_of_a_downgrade_is_the_new_plans(organization):
    metric = count_metric(organization)
    subscribe(a_plan(organization, "old", amount_cents=100, charges=[a_charge(metric, "1")]), START)
    subscribe(a_plan(organization, "new", amount_cents=0, charges=[a_charge(metric, "10")]), CHANGE)
    use(organization, "2024-01-31T23:59:59Z", "2024-02-01", "2024-02-02")
    invoices = bill(organization, at=instant("2024-03-01"))
    assert [invoice.fees_amount_cents for invoice in invoices] == [200, 2000]


def test_a_worker_that_was_down_lets_the_cheaper_plan_take_over_in_its_turn(organization):
    subscribe(a_plan(organization, "old", amount_cents=6200), START)
    organization.change(at=START, test_clock_at=instant("2024-02-10"))
    # The invoice of 1 February is still to be made when the downgrade is agreed.
    subscribe(a_plan(organization, "new", amount_cents=2900), instant("2024-02-10"))
    invoices = bill(organization, at=instant("2024-04-15"))
    assert [(str(invoice.issuing_date), fees(invoice)) for invoice in invoices] == [
        ("2024-02-01", {"old": 6200}),
        ("2024-03-01", {"old": 6200}),
        ("2024-04-01", {"new": 2900}),
    ]


def test_a_yearly_plan_bills_its_months_until_the_cheaper_plan_takes_over(organization):
    metric = count_metric(organization)
    yearly = a_plan(
        organization,
        "yearly",
        interval="yearly",
        amount_cents=36_600,
        bill_charges_monthly=True,
        charges=[a_charge(metric, "1")],
    )
    subscribe(yearly, START)
    subscribe(a_plan(organization, "monthly", amount_cents=1000), CHANGE)
    use(organization, "2024-06-05", "2024-12-05")
    invoices = bill(organization, at=instant("2025-02-01"))
    assert [fees(invoice) for invoice in invoices if invoice.fees_amount_cents] == [
        {"tokens": 100},
        {"tokens": 100, "yearly": 36_600},
        {"monthly": 1000},
    ]
    # Eleven months, the change and one month of the new plan
    assert len(invoices) == 13


# --- Trials ---


def test_a_plan_in_advance_is_paid_from_the_day_on_which_its_trial_ends(organization):
    subscribe(a_plan(organization, "p", amount_cents=3100, pay_in_advance=True, trial_period=10), START)
    assert bill(organization, at=instant("2024-01-10T23:59:59Z")) == []
    (invoice,) = bill(organization, at=instant("2024-01-11"))
    # 11 to 31 January: 21 × 100
    assert fees(invoice) == {"p": 2100}
    assert Subscription.objects.get().trial_ended_at == instant("2024-01-11")
    assert fees(bill(organization, at=instant("2024-02-01"))[1]) == {"p": 3100}


def test_a_plan_in_arrears_owes_the_days_after_its_trial(organization):
    subscribe(a_plan(organization, "p", amount_cents=3100, trial_period=10), START)
    assert [fees(invoice) for invoice in bill(organization, at=instant("2024-02-01"))] == [{"p": 2100}]


def test_usage_is_billed_during_a_trial(organization):
    charges = [a_charge(count_metric(organization), "1")]
    plan = a_plan(organization, "p", amount_cents=3100, pay_in_advance=True, trial_period=40, charges=charges)
    subscribe(plan, START)
    use(organization, "2024-01-05")
    # 10 to 29 February: 20 of 29 days × 3,100 = 2,137.93
    assert [fees(invoice) for invoice in bill(organization, at=instant("2024-02-20"))] == [{"tokens": 100}, {"p": 2138}]


def test_a_trial_that_ends_on_a_billing_day_is_followed_by_that_days_invoice(organization):
    plan = a_plan(organization, "p", amount_cents=3100, pay_in_advance=True, trial_period="31.5")
    subscribe(plan, START)
    invoices = bill(organization, at=instant("2024-02-02"))
    assert [(str(invoice.issuing_date), fees(invoice)) for invoice in invoices] == [("2024-02-01", {"p": 3100})]


def test_a_trial_is_not_granted_again_by_another_plan(organization):
    for code, amount_cents, at in (("old", 3100, START), ("new", 6200, CHANGE)):
        plan = a_plan(organization, code, amount_cents=amount_cents, pay_in_advance=True, trial_period=20)
        subscribe(plan, at)
    # The 20 days count from 1 January: 21 to 31 January are 11 × 200.
    invoices = bill(organization, at=instant("2024-01-25"))
    assert [fees(invoice) for invoice in invoices if invoice.fees_amount_cents] == [{"new": 2200}]


def test_a_trial_that_was_over_before_the_subscription_was_agreed_is_not_billed(organization):
    now = instant("2024-01-20")
    plan = a_plan(organization, "p", amount_cents=3100, pay_in_advance=True, trial_period=10)
    subscribe(plan, now, subscription_at=START)
    # 3-S17: no invoice for what has elapsed
    assert [fees(invoice) for invoice in bill(organization, at=instant("2024-02-01"))] == [{"p": 3100}]


# --- Nothing twice, nothing left out ---


def test_the_usage_ranges_of_a_chain_of_plans_follow_each_other(organization):
    metric = count_metric(organization)
    for number, (amount_cents, at) in enumerate(
        [(100, "2024-01-01"), (200, "2024-01-11T10:00:00Z"), (50, "2024-02-03"), (400, "2024-03-10T08:00:00Z")]
    ):
        charges = [a_charge(metric, "1")]
        bill(organization, at=instant(at))
        subscribe(a_plan(organization, f"p{number}", amount_cents=amount_cents, charges=charges), instant(at))
    bill(organization, at=instant("2024-05-01"))
    billed = InvoiceSubscription.objects.exclude(charges_to_datetime=None).order_by("charges_from_datetime")
    ranges = [(each.charges_from_datetime, each.charges_to_datetime) for each in billed]
    assert ranges[0][0] == START
    assert [end for _, end in ranges[:-1]] == [start for start, _ in ranges[1:]]
    assert ranges[-1][1] == instant("2024-05-01")


hours = st.integers(min_value=0, max_value=45 * 24)
happenings = st.lists(st.tuples(hours, st.sampled_from(["event", "event", "cheap", "dear", "yearly"])), max_size=8)


@settings(max_examples=5)
@given(happenings, st.booleans())
def test_whatever_happens_every_event_is_billed_once_by_the_plan_of_its_time(happenings, pay_in_advance):
    organization = an_organization(at=START)
    metric = count_metric(organization)
    plans = {
        code: a_plan(organization, code, **terms, pay_in_advance=pay_in_advance, charges=[a_charge(metric, "1")])
        for code, terms in {
            "cheap": {"amount_cents": 100},
            "dear": {"amount_cents": 200},
            "yearly": {"amount_cents": 1800, "interval": "yearly", "bill_charges_monthly": True},
        }.items()
    }
    subscribe(plans["dear"], START, billing_time="anniversary")
    now, used = START, 0
    for passed, what in happenings:
        now += timedelta(hours=passed, minutes=1)
        bill(organization, at=now)
        if what == "event":
            send(organization, an_event(at=now, external_subscription_id="s"))
            used += 1
        else:
            subscribe(plans[what], now)
    now += timedelta(minutes=1)
    organization.change(at=now, test_clock_at=now)
    terminate_subscription(subscription=Subscription.objects.get(organization=organization, status="active"), at=now)
    bill(organization, at=now + timedelta(days=400))
    billed = Fee.objects.filter(invoice__organization=organization, fee_type=FeeType.CHARGE)
    assert sum(billed.values_list("units", flat=True)) == used
    assert not BillingFailure.objects.filter(organization=organization).exists()
