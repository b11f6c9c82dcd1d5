"""Every event is billed exactly once, at whatever instant it lies."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from customers.services.customer import create_or_update_customer
from invoices.models import Fee
from plans.models import Subscription
from plans.periods import TICK, BillingInterval, BillingTime, Terms, next_billing_at
from plans.services.subscription import terminate_subscription
from tests.properties.test_periods import ZONES
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

LENGTH = {
    BillingInterval.WEEKLY: timedelta(days=40),
    BillingInterval.MONTHLY: timedelta(days=365),
    BillingInterval.QUARTERLY: timedelta(days=400),
    BillingInterval.SEMIANNUAL: timedelta(days=500),
    BillingInterval.YEARLY: timedelta(days=800),
}
few = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
starts = st.datetimes(datetime(2019, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC))


def edges(terms: Terms, until: datetime) -> list[datetime]:
    found = [next_billing_at(terms, terms.started_at)]
    while found[-1] < until:
        found.append(next_billing_at(terms, found[-1]))
    return found


@few
@given(
    interval=st.sampled_from(BillingInterval),
    billing_time=st.sampled_from(BillingTime),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
    options=st.fixed_dictionaries({"pay_in_advance": st.booleans(), "bill_charges_monthly": st.booleans()}),
    started_at=starts,
    lasts=st.floats(0.01, 1),
)
@example(
    interval=BillingInterval.MONTHLY,
    billing_time=BillingTime.CALENDAR,
    zones=["Pacific/Kiritimati", "Pacific/Niue", "Europe/Paris"],
    options={"pay_in_advance": False, "bill_charges_monthly": False},
    started_at=instant("2023-01-31T23:30:00Z"),
    lasts=0.9,
)
@example(
    interval=BillingInterval.SEMIANNUAL,
    billing_time=BillingTime.ANNIVERSARY,
    zones=["UTC", "Australia/Lord_Howe"],
    options={"pay_in_advance": False, "bill_charges_monthly": False},
    # 1 May in Lord Howe.
    started_at=instant("2020-04-30T14:00:00Z"),
    lasts=1.0,
)
def test_events_at_the_edges_of_periods_are_billed_exactly_once(
    interval, billing_time, zones, options, started_at, lasts
):
    """The customer moves from zone to zone while the subscription runs, and ends it at some instant."""
    terminated_at = started_at + LENGTH[interval] * lasts
    terms = [Terms(interval, billing_time, zone, started_at, started_at) for zone in zones]
    instants = {at for each in terms for at in edges(each, terminated_at)} | {started_at, terminated_at}
    sent = sorted({at + shift for at in instants for shift in (-TICK, timedelta(0), TICK)})
    with transaction.atomic():
        organization = an_organization(at=started_at)
        a_customer(organization, "acme", timezone=zones[0])
        metric = a_metric(organization, aggregation_type="count_agg", field_name=None)
        plan = a_plan(organization, interval=interval, charges=[a_charge(metric)], **options)
        a_subscription(organization, plan, "sub", external_customer_id="acme", billing_time=billing_time)
        send(organization, *(an_event(external_subscription_id="sub", at=at) for at in sent))
        _live_through(organization, terms, terminated_at)

        counted = Fee.objects.filter(fee_type="charge").aggregate(count=Sum("events_count"))["count"] or 0
        assert counted == sum(started_at <= at <= terminated_at for at in sent)
        transaction.set_rollback(True)


def _live_through(organization, terms, terminated_at):
    """From zone to zone once there is an invoice: where that stopped is what the next one goes on from (3-B12)."""
    settled_at = next_billing_at(terms[0], terms[0].started_at)
    stay = max(terminated_at - settled_at, timedelta(0)) / len(terms)
    for number, each in enumerate(terms):
        moved_at = min(settled_at + stay * number, terminated_at)
        bill(organization, at=moved_at)
        create_or_update_customer(organization=organization, external_id="acme", timezone=each.timezone, at=moved_at)
    bill(organization, at=terminated_at)
    terminate_subscription(subscription=Subscription.objects.get(), at=terminated_at)
