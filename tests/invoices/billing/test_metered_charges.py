"""What a charge's usage costs: filters, groups, carried-over and prorated units, minimums."""

import pytest

from invoices.models import Fee
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


def fees(organization, charge, events, *, at="2024-02-01"):
    a_subscription(organization, a_plan(organization, amount_cents=0, charges=[charge]), "sub")
    for day, value, properties in events:
        send(
            organization,
            an_event(value=value, properties=properties, external_subscription_id="sub", at=instant(day)),
        )
    bill(organization, at=instant(at))
    return Fee.objects.filter(fee_type="charge").order_by("created_at", "id")


def test_an_event_is_priced_by_the_most_specific_filter():
    organization = an_organization()
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    charge = a_charge(
        metric,
        "1",
        filters=[{"values": {"region": ["eu"]}, "properties": {"amount": "3"}, "invoice_display_name": "EU"}],
    )

    found = fees(organization, charge, [("2024-01-10", 2, {"region": "eu"}), ("2024-01-11", 5, {"region": "asia"})])

    assert [(fee.filter_display_name, fee.amount_cents) for fee in found] == [("EU", 600), ("", 500)]


def test_each_group_starts_from_the_first_tier():
    organization = an_organization()
    properties = {"amount": "1", "package_size": 10, "free_units": 0, "pricing_group_keys": ["who"]}
    charge = a_charge(a_metric(organization), charge_model="package", properties=properties)

    found = fees(organization, charge, [("2024-01-10", 3, {"who": "a"}), ("2024-01-10", 12, {"who": "b"})])

    assert [(fee.grouped_by, fee.amount_cents) for fee in found] == [({"who": "a"}, 100), ({"who": "b"}, 200)]


def test_a_recurring_sum_is_kept_from_period_to_period():
    organization = an_organization()
    charge = a_charge(a_metric(organization, recurring=True))

    found = fees(organization, charge, [("2024-01-10", 7, {})], at="2024-03-01")

    assert [fee.units for fee in found] == [7, 7]


def test_prorated_units_count_for_their_days():
    organization = an_organization()
    charge = a_charge(a_metric(organization, recurring=True), "31", prorated=True)

    (fee,) = fees(organization, charge, [("2024-01-22", 1, {})])

    # 10 of 31 days of 31.00, units rounded up at the fifth digit: 0.32259 × 31
    assert (fee.units, fee.amount_cents) == (1, 1000)


def test_a_removed_value_is_not_counted():
    organization = an_organization()
    charge = a_charge(a_metric(organization, aggregation_type="unique_count_agg"))
    remove = {"operation_type": "remove"}

    (fee,) = fees(organization, charge, [("2024-01-10", "a", {}), ("2024-01-11", "b", {}), ("2024-01-12", "a", remove)])

    assert (fee.units, fee.events_count) == (1, 3)


def test_a_minimum_is_made_up_for():
    organization = an_organization(at=instant("2024-01-17"))
    charge = a_charge(a_metric(organization), "1", min_amount_cents=3100)

    used, true_up = fees(organization, charge, [("2024-01-20", 4, {})])

    # 15 of 31 days: 1,500 - 400
    assert (used.amount_cents, true_up.amount_cents) == (400, 1100)
    assert true_up.true_up_parent == used


def test_free_events_are_the_first_ones():
    organization = an_organization()
    properties = {"rate": "10", "fixed_amount": "1", "free_units_per_events": 1}
    charge = a_charge(a_metric(organization), charge_model="percentage", properties=properties)

    (fee,) = fees(organization, charge, [("2024-01-10", 50, {}), ("2024-01-11", 20, {})])

    # 10 % of 20, and 1.00 for the second event
    assert fee.amount_cents == 300
