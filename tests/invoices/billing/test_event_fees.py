"""Charges paid in advance: every event has its fee, and only one."""

import pytest

from invoices.models import Fee, Invoice
from invoices.services.event_fees import charge_events
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.models import UsageFlush

pytestmark = pytest.mark.django_db


def in_advance(metric, amount="2", **fields):
    return a_charge(metric, amount, pay_in_advance=True, **fields)


def use(organization, value, at, **fields):
    organization.change(at=instant(at), test_clock_at=instant(at))
    send(organization, an_event(value=value, external_subscription_id="sub", at=instant(at), **fields))


def amounts():
    return [(fee.units, fee.amount_cents) for fee in Fee.objects.filter(pay_in_advance=True)]


def test_an_event_has_a_fee_and_an_invoice_at_once():
    organization = an_organization()
    a_subscription(organization, a_plan(organization, charges=[in_advance(a_metric(organization))]), "sub")

    use(organization, 5, "2024-01-10")

    # 5 × 2.00
    assert amounts() == [(5, 1000)]
    (invoice,) = Invoice.objects.all()
    assert invoice.total_amount_cents == 1000
    assert str(invoice.issuing_date) == "2024-01-10"


def test_charging_a_flush_twice_makes_no_second_fee():
    organization = an_organization()
    a_subscription(organization, a_plan(organization, charges=[in_advance(a_metric(organization))]), "sub")
    use(organization, 5, "2024-01-10")

    charge_events(flush_id=UsageFlush.objects.get().id)

    assert Fee.objects.count() == 1
    assert Invoice.objects.count() == 1


def test_only_what_rises_above_the_highest_level_so_far_is_charged():
    organization = an_organization()
    a_subscription(organization, a_plan(organization, charges=[in_advance(a_metric(organization))]), "sub")

    for value, day in ((10, "2024-01-10"), (-4, "2024-01-11"), (6, "2024-01-12")):
        use(organization, value, day)

    # 10; 6 refunds nothing; 12 is 2 above 10
    assert amounts() == [(10, 2000), (0, 0), (2, 400)]


def test_each_tier_is_reached_once():
    organization = an_organization()
    tiers = [
        {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "5"},
        {"from_value": 11, "to_value": None, "per_unit_amount": "0.5", "flat_amount": "0"},
    ]
    charge = in_advance(a_metric(organization), charge_model="graduated", properties={"graduated_ranges": tiers})
    a_subscription(organization, a_plan(organization, charges=[charge]), "sub")

    for value, day in ((8, "2024-01-10"), (4, "2024-01-11")):
        use(organization, value, day)

    # 5 + 8 × 1; then 2 × 1 + 2 × 0.5
    assert amounts() == [(8, 1300), (4, 300)]


def test_units_that_are_kept_are_charged_in_full_with_the_next_periods_invoice():
    organization = an_organization()
    metric = a_metric(organization, recurring=True)
    plan = a_plan(organization, amount_cents=0, charges=[in_advance(metric, prorated=True)])
    a_subscription(organization, plan, "sub")

    use(organization, 31, "2024-01-22")
    # 31 units for 10 of 31 days, at 2.00
    assert amounts() == [(31, 2000)]

    bill(organization, at=instant("2024-02-01"))
    renewal = Fee.objects.get(fee_type="charge", pay_in_advance=False)
    assert (renewal.units, renewal.amount_cents) == (31, 6200)
    assert renewal.from_datetime == instant("2024-02-01")


def test_a_charge_that_is_not_invoiceable_has_fees_without_invoice():
    organization = an_organization()
    charge = in_advance(a_metric(organization), invoiceable=False)
    a_subscription(organization, a_plan(organization, charges=[charge]), "sub")

    use(organization, 5, "2024-01-10")

    assert amounts() == [(5, 1000)]
    assert Invoice.objects.count() == 0


def test_an_event_without_the_metrics_value_is_no_usage():
    organization = an_organization()
    a_subscription(organization, a_plan(organization, charges=[in_advance(a_metric(organization))]), "sub")

    use(organization, "many", "2024-01-10")

    assert Fee.objects.count() == 0
