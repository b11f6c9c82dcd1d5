"""Fixed charges and minimum commitments on invoices."""

import pytest

from invoices.models import Fee
from plans.services.add_on import create_add_on
from plans.services.plan import update_plan
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


def seats(organization, **fields):
    add_on = create_add_on(
        organization=organization,
        at=organization.now(),
        name="Seats",
        code="seats",
        amount_cents=1,
        amount_currency="EUR",
    )
    values = {"charge_model": "standard", "units": 10, "properties": {"amount": "10"}, **fields}
    return {"add_on_id": add_on.id, "code": "fc", **values}


def amounts(fee_type="fixed_charge"):
    return [(fee.units, fee.amount_cents) for fee in Fee.objects.filter(fee_type=fee_type).order_by("created_at", "id")]


def test_in_arrears_the_elapsed_period_is_paid():
    organization = an_organization()
    a_subscription(organization, a_plan(organization, fixed_charges=[seats(organization)]))
    assert amounts() == []

    bill(organization, at=instant("2024-02-01"))

    assert amounts() == [(10, 10000)]


def test_in_advance_the_coming_period_is_paid_from_the_start_on():
    organization = an_organization()
    a_subscription(organization, a_plan(organization, fixed_charges=[seats(organization, pay_in_advance=True)]))
    assert amounts() == [(10, 10000)]

    bill(organization, at=instant("2024-02-01"))

    assert amounts() == [(10, 10000), (10, 10000)]


def test_prorated_units_count_for_the_days_of_a_first_period():
    organization = an_organization(at=instant("2024-01-22"))
    a_subscription(organization, a_plan(organization, fixed_charges=[seats(organization, prorated=True, units=31)]))

    bill(organization, at=instant("2024-02-01"))

    # 31 units for 10 of 31 days
    assert amounts() == [(31, 10000)]


def test_units_added_at_once_are_paid_at_once_and_removed_ones_never_refunded():
    organization = an_organization()
    plan = a_plan(organization, fixed_charges=[seats(organization, pay_in_advance=True)])
    a_subscription(organization, plan)
    fixed_charge = plan.fixed_charges.get()

    for day, units in (("2024-01-06", 5), ("2024-01-11", 15)):
        organization.change(at=instant(day), test_clock_at=instant(day))
        change = {"id": str(fixed_charge.id), "units": units, "apply_units_immediately": True}
        update_plan(plan=plan, at=instant(day), fixed_charges=[change])

    # 10; 5 fewer; 5 more than the 10 that are paid
    assert amounts() == [(10, 10000), (0, 0), (5, 5000)]


def test_a_minimum_commitment_is_made_up_for_when_the_period_closes():
    organization = an_organization(at=instant("2024-01-17"))
    a_subscription(organization, a_plan(organization, amount_cents=3100, minimum_commitment={"amount_cents": 31000}))

    bill(organization, at=instant("2024-02-01"))

    # 15 of 31 days: 15,000 - 1,500
    assert amounts("commitment") == [(1, 13500)]


def test_an_advance_plan_settles_its_commitment_with_the_next_invoice():
    organization = an_organization()
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True, minimum_commitment={"amount_cents": 31000})
    a_subscription(organization, plan)
    assert amounts("commitment") == []

    bill(organization, at=instant("2024-02-01"))

    assert amounts("commitment") == [(1, 27900)]
