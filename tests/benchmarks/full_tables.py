"""A live organization with millions of rows, made of one of each by the database itself."""

import sys
from typing import Any

from django.db import connection
from django.db.models import Model

from customers.models import Organization
from invoices.services.billing import bill_organization
from tests.benchmarks.billed_month import last_month
from tests.support.builders import a_customer, an_organization
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.models import UsageEvent, UsageFlush
from usage.rollup import roll

# Of invoices; of customers there are as many less.
INVOICES_A_CUSTOMER = 50
# Row ``n`` is a copy of the pattern, changed where an expression says so.
_COPIES = """
    INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS pattern
    CROSS JOIN generate_series(%(first)s::bigint, %(last)s::bigint) AS n WHERE {is_pattern}
"""
# A step of so many rows says that it is done.
STEP = 500_000
# Neither foreign keys nor what triggers see to is asked of a copy; all indexes and constraints are kept.
_TRUSTED = "SELECT set_config('session_replication_role', %s, false) WHERE current_setting('is_superuser') = 'on'"
_CUSTOMER_ID = "md5('customer ' || {n})::uuid"
_CUSTOMERS = {
    "id": _CUSTOMER_ID.format(n="n"),
    "external_id": "'copy-' || n",
    "name": "'Copy ' || n",
    "sequential_id": "n + 1000",
    "created_at": "pattern.created_at + n * interval '1 second'",
}
_INVOICES = {
    "id": "md5('invoice ' || n)::uuid",
    "number": "'COPY-' || lpad(n::text, 8, '0')",
    "sequential_id": "n + 1000",
    "customer_id": _CUSTOMER_ID.format(n="1 + n %% %(customers)s"),
    "payment_status": "CASE WHEN n %% 10 = 0 THEN 'pending' ELSE 'succeeded' END",
    "created_at": "pattern.created_at + n * interval '1 millisecond'",
}
_FEES = {
    "id": "md5('fee ' || n)::uuid",
    "invoice_id": "md5('invoice ' || n)::uuid",
    "customer_id": _CUSTOMER_ID.format(n="1 + n %% %(customers)s"),
    "item_name": "'Copied fee ' || n",
    "created_at": "pattern.created_at + n * interval '1 millisecond'",
}
# A thousand events a flush, as they come in batches.
_FLUSHES = {"id": "pattern.id + n"}
_EVENTS = {
    "transaction_id": "'copy-' || n",
    "timestamp": "pattern.timestamp + n * 1000",
    "flush_id": "pattern.flush_id + 1 + (n - 1) / 1000",
    "position": "(n - 1) %% 1000",
}


def full_tables(count: int) -> Organization:
    """So many invoices, fees and events; the newest of each is the last copy."""
    organization = _one_of_each()
    customers = max(count // INVOICES_A_CUSTOMER, 1)
    with connection.cursor() as cursor:
        cursor.execute(_TRUSTED, ["replica"])
        _copy(organization.customers.get(), _CUSTOMERS, customers, customers)
        _copy(organization.invoices.get(), _INVOICES, count, customers)
        _copy(organization.fees.get(fee_type="charge"), _FEES, count, customers)
        _copy(UsageFlush.objects.get(), _FLUSHES, -(-count // 1000))
        _copy(UsageEvent.objects.get(), _EVENTS, count)
        cursor.execute(_TRUSTED, ["origin"])
        cursor.execute("VACUUM ANALYZE")
    return organization


def _one_of_each() -> Organization:
    start, end = last_month()
    organization = an_organization("Copy", sandbox=False, at=start)
    a_customer(organization, "copied", at=start)
    plan = a_plan(organization, charges=[a_charge(a_metric(organization), "0.25")])
    a_subscription(organization, plan, "copied", external_customer_id="copied", subscription_at=start, at=start)
    send(organization, an_event(value=3, external_subscription_id="copied", transaction_id="pattern", at=start))
    roll()
    bill_organization(organization=organization, at=end)
    return organization


def _copy(pattern: Model, changes: dict[str, str], count: int, customers: int = 0) -> None:
    """Copies numbered from 1."""
    key: dict[str, Any] = {str(field.column): getattr(pattern, field.attname) for field in pattern._meta.pk_fields}
    columns = [field.column for field in pattern._meta.local_concrete_fields]
    statement = _COPIES.format(
        table=pattern._meta.db_table,
        columns=", ".join(columns),
        values=", ".join(changes.get(column, f"pattern.{column}") for column in columns),
        is_pattern=" AND ".join(f"pattern.{name} = %({name})s" for name in key),
    )
    with connection.cursor() as cursor:
        for first in range(1, count + 1, STEP):
            last = min(first + STEP - 1, count)
            cursor.execute(statement, {"first": first, "last": last, "customers": customers, **key})
            print(f"{last:,} of {count:,} {pattern._meta.verbose_name_plural}", file=sys.stderr, flush=True)
