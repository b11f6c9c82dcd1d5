"""Before a command is agreed to, its question says what it will bill; nothing of that stays."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import BulkJob, Customer, Organization
from invoices.models import CreditNote, Invoice
from plans.models import Subscription
from tests.invoices.admin.test_bulk_pages import tick
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def move_to(organization: Organization, day: str) -> None:
    organization.change(at=instant(day), test_clock_at=instant(day))


def asked(console: Console, subscription: Any, button: str, **answers: Any) -> str:
    """What the open question says that it will bill."""
    before = Invoice.objects.count(), CreditNote.objects.count(), Subscription.objects.count()
    shown = words(console.press(subscription, button, expect=200, _preview="1", **answers).content.decode())
    assert (Invoice.objects.count(), CreditNote.objects.count(), Subscription.objects.count()) == before
    return shown


def test_an_end_says_what_its_last_invoice_will_be(organization: Organization) -> None:
    plan = a_plan(organization, charges=[a_charge(a_metric(organization), "0.10")])
    subscription = a_subscription(organization, plan, "subscription")
    a_tax(organization, rate_percent=10, applied_to_organization=True)
    send(organization, an_event("tokens", 25, at=instant("2024-01-03")))
    move_to(organization, "2024-01-11")
    shown = asked(Console(organization), subscription, "terminate", on_termination_invoice="generate")
    # 11 of 31 days of 30.00 = 10.65, 25 × 0.10 = 2.50, 10 % of 13.15 = 1.32 (1.315).
    assert "This will bill, on Jan 11, 2024 €14.47" in shown
    assert "€10.65" in shown
    assert "€2.50" in shown
    assert "Taxes €1.32" in shown


def test_an_end_without_a_last_invoice_bills_nothing(organization: Organization) -> None:
    subscription = a_subscription(organization)
    move_to(organization, "2024-01-11")
    shown = asked(Console(organization), subscription, "terminate", on_termination_invoice="skip")
    assert shown == "This bills nothing now."


@pytest.mark.parametrize(
    ("option", "said"),
    [
        # 20 of 31 days of 31.00 paid ahead, after the eleventh.
        ("credit", "€20.00 kept as credit −€20.00"),
        ("skip", "This bills nothing now."),
    ],
)
def test_an_end_says_what_is_given_back(organization: Organization, option: str, said: str) -> None:
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True)
    subscription = a_subscription(organization, plan)
    move_to(organization, "2024-01-11")
    shown = asked(
        Console(organization),
        subscription,
        "terminate",
        on_termination_invoice="skip",
        on_termination_credit_note=option,
    )
    assert said.replace("−", "-") in shown


def test_an_upgrade_says_what_both_plans_bill(organization: Organization) -> None:
    subscription = a_subscription(organization, a_plan(organization, "small", amount_cents=3100))
    large = a_plan(organization, "large", amount_cents=6200, pay_in_advance=True)
    move_to(organization, "2024-01-11")
    shown = asked(Console(organization), subscription, "change_plan", plan=large.pk)
    # 10 days of 1.00 behind, 21 days of 2.00 ahead.
    assert "This will bill, on Jan 11, 2024 €52.00" in shown
    assert "€10.00" in shown
    assert "€42.00" in shown


def test_a_downgrade_says_that_it_waits_and_what_it_takes_over_with(organization: Organization) -> None:
    subscription = a_subscription(organization, a_plan(organization, "large", amount_cents=6200))
    small = a_plan(organization, "small", amount_cents=3100)
    move_to(organization, "2024-01-11")
    shown = asked(Console(organization), subscription, "change_plan", plan=small.pk)
    assert "This bills nothing now." in shown
    assert "Plan small takes over with the invoice of Feb 1, 2024: about €62.00" in shown


def test_a_new_subscription_says_what_it_bills_at_once(organization: Organization) -> None:
    customer, plan = a_customer(organization), a_plan(organization, pay_in_advance=True)
    shown = asked_of_new(organization, customer=customer.pk, plan=plan.pk)
    assert "This will bill, on Jan 1, 2024 €30.00" in shown
    assert not Subscription.objects.exists()


def test_a_new_subscription_in_arrears_says_what_its_first_invoice_will_be(organization: Organization) -> None:
    customer, plan = a_customer(organization), a_plan(organization)
    shown = asked_of_new(organization, customer=customer.pk, plan=plan.pk)
    assert "This bills nothing now." in shown
    assert "The first invoice, without any usage yet, of Feb 1, 2024: about €30.00" in shown


def asked_of_new(organization: Organization, **answers: Any) -> str:
    form = {"external_id": "new", "billing_time": "calendar", "_preview": "1", **answers}
    response = Console(organization).submit("plans_subscription_add", expect=200, **form)
    return words(response.content.decode())


def test_answers_that_lack_are_waited_for(organization: Organization) -> None:
    assert "Answer the questions above" in asked_of_new(organization)
    subscription = a_subscription(organization)
    assert "Answer the questions above" in asked(Console(organization), subscription, "change_plan")


def test_a_refusal_is_said_before_it_happens(organization: Organization) -> None:
    a_subscription(organization, external_id="new")
    shown = asked_of_new(organization, customer=a_customer(organization).pk, plan=a_plan(organization).pk)
    assert "This is already taken." in shown


def test_a_start_that_moves_into_the_past_says_what_it_bills(organization: Organization) -> None:
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True)
    subscription = a_subscription(organization, plan, subscription_at=instant("2024-03-01"))
    answers = {"subscription_at": "2024-01-01T00:00", "on_termination_invoice": "generate", "name": "Sooner"}
    console = Console(organization)
    shown = asked(console, subscription, "edit", **answers)
    assert "This will bill, on Jan 1, 2024 €31.00" in shown
    assert "The next invoice is due on Feb 1, 2024." in shown
    console.press(subscription, "edit", **answers)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.name) == ("active", "Sooner")
    assert Invoice.objects.get().total_amount_cents == 3100


def test_a_customer_that_goes_says_what_that_bills(organization: Organization) -> None:
    subscription = a_subscription(organization, a_plan(organization, amount_cents=3100))
    move_to(organization, "2024-01-11")
    shown = asked(Console(organization), subscription.customer, "delete")
    # 11 days of 1.00.
    assert "€11.00" in shown
    assert Customer.objects.filter(deleted_at__isnull=True).count() == 1


def test_a_question_of_a_live_organization_queues_nothing() -> None:
    organization = an_organization(sandbox=False)
    subscription = a_subscription(organization, a_plan(organization, amount_cents=3100))
    assert "This will bill" in asked(
        Console(organization), subscription, "terminate", on_termination_invoice="generate"
    )
    assert not Invoice.objects.exists()


def test_the_question_draws_a_box_that_asks(organization: Organization) -> None:
    page = Console(organization).open("plans_subscription_do_one", a_subscription(organization).pk, "terminate")
    assert 'hx-vals=\'{"_preview": "1"}\'' in page


def test_many_ends_say_what_each_bills_and_all_together(organization: Organization) -> None:
    plan = a_plan(organization, amount_cents=3100)
    subscriptions = [a_subscription(organization, plan) for _ in range(3)]
    move_to(organization, "2024-01-11")
    console = Console(organization)
    tick(console, "plans_subscription_changelist", "terminate_subscriptions", *subscriptions)
    job = BulkJob.objects.get()
    console.press(job, "try", on_termination_invoice="generate")
    # 3 × 11 days of 1.00.
    assert "In all €33.00." in words(console.show(job))
    assert not Invoice.objects.exists()
    console.press(job, "run")
    assert Invoice.objects.count() == 3
    assert "3 of 3 rows" in words(console.show(job))


def test_many_change_their_plan_where_they_can(organization: Organization) -> None:
    small, large = a_plan(organization, "small"), a_plan(organization, "large", amount_cents=9000)
    first, second = a_subscription(organization, small), a_subscription(organization, large)
    bill(organization, at=instant("2024-01-11"))
    console = Console(organization)
    tick(console, "plans_subscription_changelist", "change_plans", first, second)
    job = BulkJob.objects.get()
    console.press(job, "try", plan=large.pk)
    assert "It is on this plan already." in words(console.show(job))
    console.press(job, "run")
    assert Subscription.objects.get(external_id=first.external_id, status="active").plan == large


def test_a_plan_of_another_organization_cannot_be_picked(organization: Organization) -> None:
    subscription = a_subscription(organization)
    stranger = a_plan(an_organization("Strangers"))
    console = Console(organization)
    tick(console, "plans_subscription_changelist", "change_plans", subscription)
    job = BulkJob.objects.get()
    refused = console.press(job, "try", expect=200, plan=stranger.pk)
    assert "Select a valid choice" in refused.content.decode()
    assert reverse("admin:customers_bulkjob_do_one", args=[job.pk, "try"]) in refused.content.decode()
