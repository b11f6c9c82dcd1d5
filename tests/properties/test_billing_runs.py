"""However a run is cut, into customers or into time, the invoices are the same."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Organization
from invoices.billing.run import open_run, work_on_chunk
from invoices.models import Invoice
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

START = instant("2024-01-10T09:30:00Z")
END = instant("2024-05-20T00:00:00Z")
PLANS = {
    "weekly": {"interval": "weekly", "amount_cents": 701},
    "monthly": {"interval": "monthly", "amount_cents": 3000},
    "monthly in advance": {"interval": "monthly", "amount_cents": 2999, "pay_in_advance": True},
    "quarterly": {"interval": "quarterly", "amount_cents": 0, "amount_currency": "JPY"},
}
few = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

agreement = st.tuples(
    st.integers(0, 3),
    st.sampled_from(sorted(PLANS)),
    st.sampled_from(["calendar", "anniversary"]),
)
moments = st.datetimes(START.replace(tzinfo=None), END.replace(tzinfo=None), timezones=st.just(UTC))
usage = st.lists(st.tuples(st.integers(0, 5), moments, st.decimals(0, 50, places=3)), max_size=12)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def a_world(agreements: Sequence[tuple[int, str, str]], events: Sequence[tuple[int, datetime, object]]) -> Organization:
    """Customers 0 to 3 in different zones, all taxed, with their agreements; events of those subscriptions."""
    organization = an_organization(at=START)
    a_tax(organization, "vat", 19)
    for number, zone in enumerate(("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Niue")):
        a_customer(organization, f"c{number}", timezone=zone, tax_codes=["vat"])
    metric = a_metric(organization)
    plans = {name: a_plan(organization, charges=[a_charge(metric, "0.37")], **fields) for name, fields in PLANS.items()}
    for number, (customer, plan, billing_time) in enumerate(agreements):
        a_subscription(
            *(organization, plans[plan], f"s{number}"),
            external_customer_id=f"c{customer}",
            billing_time=billing_time,
        )
    sent = [an_event(value=str(value), external_subscription_id=f"s{of}", at=at) for of, at, value in events]
    if sent:
        send(organization, *sent)
    return organization


def run_up_to(organization: Organization, instants: Sequence[datetime], chunk_size: int) -> None:
    for at in instants:
        run = open_run(organization, at=at, chunk_size=chunk_size)
        while run is not None and work_on_chunk(run.id):
            pass


def what_was_billed(organization: Organization) -> list[tuple[object, ...]]:
    """Everything that a customer sees, in the order of the customer's own numbers."""
    invoices = Invoice.objects.filter(organization=organization).prefetch_related("fees", "applied_taxes")
    return sorted(map(_seen, invoices.select_related("customer")))


def _seen(invoice: Invoice) -> tuple[object, ...]:
    fees = sorted(
        (fee.item_code, fee.from_datetime, fee.to_datetime, fee.units, fee.amount_cents, fee.taxes_amount_cents)
        for fee in invoice.fees.all()
    )
    assert sum(fee[4] for fee in fees) == invoice.fees_amount_cents
    return (
        *(invoice.customer.external_id, invoice.sequential_id, invoice.currency, invoice.status),
        *(str(invoice.issuing_date), invoice.billed_at, invoice.total_amount_cents, invoice.taxes_amount_cents, fees),
    )


@few
@given(
    agreements=st.lists(agreement, min_size=1, max_size=6),
    events=usage,
    stops=st.lists(moments, max_size=6),
    chunk_size=st.integers(1, 4),
)
def test_any_split_of_customers_and_of_time_makes_the_same_invoices(agreements, events, stops, chunk_size):
    with undone():
        organization = a_world(agreements, events)
        with undone():
            run_up_to(organization, [END], 500)
            at_once = what_was_billed(organization)
        run_up_to(organization, [*sorted(stops), END], chunk_size)
        step_by_step = what_was_billed(organization)
        assert step_by_step == at_once

        # And twice equals once.
        run_up_to(organization, [*stops, END, END + timedelta(hours=1)], chunk_size)
        assert what_was_billed(organization) == at_once
