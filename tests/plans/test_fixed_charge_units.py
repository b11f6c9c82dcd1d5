"""Which units of fixed charges subscriptions have, from when on."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.intervals import Interval
from customers.models import Organization
from plans import signals
from plans.models import FixedCharge, FixedChargeUnits, Plan, Subscription
from plans.queries import UnitsRequest, fixed_charges_of, last_units, units_in_force
from plans.services.fixed_charge import create_fixed_charge, delete_fixed_charge, update_fixed_charge
from plans.services.plan import update_plan
from plans.services.subscription import (
    activate_due_subscriptions,
    change_subscription_fixed_charge,
    update_subscription,
)
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

START = instant("2024-03-01")
SIXTH = instant("2024-03-06")
ELEVENTH = instant("2024-03-11")
YEAR = Interval(instant("2024-01-01"), instant("2025-01-01"))


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=START)


@pytest.fixture
def plan(organization: Organization) -> Plan:
    return a_plan(organization, "basic", fixed_charges=[a_fixed_charge(an_add_on(organization, "seats"))])


def seats(plan: Plan) -> FixedCharge:
    return fixed_charges_of(plan).get(code="seats")


def units(subscription: Subscription, code: str = "seats") -> list[tuple[str, str]]:
    """How many from which day on."""
    (segments,) = units_in_force([UnitsRequest(subscription.pk, YEAR)])
    original = FixedCharge.objects.get(code=code, parent__isnull=True, plan__organization=subscription.organization)
    return [(f"{each.units:.0f}", f"{each.interval.start:%m-%d}") for each in segments.get(original.pk, ())]


def test_a_subscription_starts_with_the_units_of_its_plan(organization: Organization, plan: Plan) -> None:
    running = a_subscription(organization, plan)
    backdated = a_subscription(organization, plan, subscription_at=instant("2024-02-10"))
    pending = a_subscription(organization, plan, subscription_at=ELEVENTH)
    assert units(running) == [("10", "03-01")]
    assert units(backdated) == [("10", "02-10")]
    assert units(pending) == []
    activate_due_subscriptions(organization=organization, at=instant("2024-03-12"))
    assert units(pending) == [("10", "03-11")]


def test_new_units_hold_from_the_next_period_on(organization: Organization, plan: Plan, announced: Any) -> None:
    subscription = a_subscription(organization, plan)
    update_fixed_charge(fixed_charge=seats(plan), at=SIXTH, units=Decimal(15))
    assert units(subscription) == [("10", "03-01"), ("15", "04-01")]
    assert announced(signals.fixed_charge_units_changed) == []


def test_the_next_period_of_an_anniversary_begins_on_its_day(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan, billing_time="anniversary", at=SIXTH)
    update_fixed_charge(fixed_charge=seats(plan), at=ELEVENTH, units=Decimal(15))
    assert units(subscription) == [("10", "03-06"), ("15", "04-06")]


def test_fixed_charges_billed_monthly_change_with_the_month(organization: Organization) -> None:
    yearly = a_plan(
        organization,
        interval="yearly",
        bill_fixed_charges_monthly=True,
        fixed_charges=[a_fixed_charge(an_add_on(organization, "seats"))],
    )
    subscription = a_subscription(organization, yearly)
    update_fixed_charge(fixed_charge=seats(yearly), at=SIXTH, units=Decimal(15))
    assert units(subscription) == [("10", "03-01"), ("15", "04-01")]


def test_units_applied_immediately_hold_now_and_are_announced(
    organization: Organization, plan: Plan, announced: Any
) -> None:
    subscription = a_subscription(organization, plan)
    update_fixed_charge(fixed_charge=seats(plan), at=SIXTH, units=Decimal(15), apply_units_immediately=True)
    assert units(subscription) == [("10", "03-01"), ("15", "03-06")]
    (heard,) = announced(signals.fixed_charge_units_changed)
    assert [(each.subscription, each.units, each.effective_at) for each in heard["changes"]] == [
        (subscription, Decimal(15), SIXTH)
    ]


def test_the_same_units_again_say_nothing(organization: Organization, plan: Plan, announced: Any) -> None:
    subscription = a_subscription(organization, plan)
    update_fixed_charge(fixed_charge=seats(plan), at=SIXTH, units=Decimal(10), apply_units_immediately=True)
    assert units(subscription) == [("10", "03-01")]
    assert FixedChargeUnits.objects.count() == 1
    assert announced(signals.fixed_charge_units_changed) == []


def test_what_was_to_come_can_be_applied_at_once(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    update_fixed_charge(fixed_charge=seats(plan), at=SIXTH, units=Decimal(5))
    update_fixed_charge(fixed_charge=seats(plan), at=ELEVENTH, units=Decimal(5), apply_units_immediately=True)
    assert units(subscription) == [("10", "03-01"), ("5", "03-11")]


def test_a_fixed_charge_added_later_begins_with_the_next_period_or_now(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    for code, now in (("later", False), ("now", True)):
        fields = a_fixed_charge(an_add_on(organization, code), 6, apply_units_immediately=now)
        create_fixed_charge(plan=plan, at=SIXTH, **fields)
    assert units(subscription, "later") == [("6", "04-01")]
    assert units(subscription, "now") == [("6", "03-06")]


def test_a_fixed_charge_taken_off_keeps_its_history(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    delete_fixed_charge(fixed_charge=seats(plan), at=SIXTH)
    assert not fixed_charges_of(plan).exists()
    assert units(subscription) == [("10", "03-01")]


def test_units_of_its_own_are_not_moved_by_the_plan(organization: Organization, plan: Plan, announced: Any) -> None:
    own, other = a_subscription(organization, plan), a_subscription(organization, plan)
    change_subscription_fixed_charge(
        subscription=own, fixed_charge=seats(plan), at=SIXTH, units=Decimal(12), apply_units_immediately=True
    )
    update_fixed_charge(fixed_charge=seats(plan), at=ELEVENTH, units=Decimal(20), apply_units_immediately=True)
    assert units(own) == [("10", "03-01"), ("12", "03-06")]
    assert units(other) == [("10", "03-01"), ("20", "03-11")]
    assert [len(heard["changes"]) for heard in announced(signals.fixed_charge_units_changed)] == [1, 1]


def test_units_of_its_own_from_the_next_period_on(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    change_subscription_fixed_charge(subscription=subscription, fixed_charge=seats(plan), at=SIXTH, units=Decimal(12))
    assert units(subscription) == [("10", "03-01"), ("12", "04-01")]
    assert last_units(subscription)[seats(plan).pk].units == 12


def test_a_pending_subscription_starts_with_units_of_its_own(organization: Organization, plan: Plan) -> None:
    pending = a_subscription(organization, plan, subscription_at=ELEVENTH)
    change_subscription_fixed_charge(subscription=pending, fixed_charge=seats(plan), at=SIXTH, units=Decimal(12))
    update_subscription(subscription=pending, at=SIXTH, subscription_at=instant("2024-03-03"))
    assert units(pending) == [("12", "03-03")]


def test_changes_follow_each_other(organization: Organization, plan: Plan) -> None:
    subscription = a_subscription(organization, plan)
    for at, number in ((SIXTH, 5), (ELEVENTH, 15)):
        update_plan(
            plan=plan,
            at=at,
            fixed_charges=[{"id": str(seats(plan).pk), "units": Decimal(number), "apply_units_immediately": True}],
        )
    assert units(subscription) == [("10", "03-01"), ("5", "03-06"), ("15", "03-11")]


def test_units_of_many_subscriptions_take_the_statements_of_one(organization: Organization, plan: Plan) -> None:
    statements = []
    for number in (1, 20):
        for _ in range(number):
            a_subscription(organization, plan)
        with CaptureQueriesContext(connection) as captured:
            update_fixed_charge(fixed_charge=seats(plan), at=SIXTH, units=Decimal(number), apply_units_immediately=True)
        statements.append(len(captured))
    assert statements[0] == statements[1]


def test_what_was_said_cannot_be_unsaid(organization: Organization, plan: Plan) -> None:
    a_subscription(organization, plan)
    for attempt in (lambda rows: rows.update(units=1), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            attempt(FixedChargeUnits.objects.all())


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"units": -1}, "fixed_charge_units_gte_0"),
        ({"charge_model": "package"}, "fixed_charge_charge_model_known"),
        ({"charge_model": "volume", "pay_in_advance": True}, "fixed_charge_volume_only_in_arrears"),
        (
            {"charge_model": "graduated", "pay_in_advance": True, "prorated": True},
            "fixed_charge_graduated_in_advance_not_prorated",
        ),
    ],
)
def test_the_table_refuses_what_cannot_be_billed(plan: Plan, fields: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        FixedCharge.objects.filter(plan=plan).update(**fields)
