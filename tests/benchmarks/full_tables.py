"""A live organization with millions of rows, made of one of each by the database itself."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from customers.models import Customer, Organization
from invoices.models import Fee, Invoice
from invoices.services.billing import bill_organization
from tests.benchmarks.billed_month import last_month
from tests.support.builders import a_customer, an_organization
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.models import UsageFlush
from usage.rollup import roll

# Of invoices; of customers there are as many less.
INVOICES_A_CUSTOMER = 50
# Row ``n`` is a copy of the pattern, changed where an expression says so.
_COPIES = """
    INSERT INTO {table} SELECT copy.* FROM {table} AS pattern CROSS JOIN generate_series(1, %(count)s) AS n
    CROSS JOIN LATERAL jsonb_populate_record(pattern, jsonb_build_object({changes})) AS copy
    WHERE pattern.{key} = %(pattern)s
"""
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
    _copy(Customer, organization.customers.get().id, _CUSTOMERS, customers, customers)
    _copy(Invoice, organization.invoices.get().id, _INVOICES, count, customers)
    _copy(Fee, organization.fees.get(fee_type="charge").id, _FEES, count, customers)
    flush = UsageFlush.objects.get()
    _insert("usage_flush", "id", flush.id, _FLUSHES, {"count": -(-count // 1000)})
    _insert("usage_event", "flush_id", flush.id, _EVENTS, {"count": count})
    with connection.cursor() as cursor:
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


def _copy(model: type[Model], pattern: UUID, changes: dict[str, str], count: int, customers: int) -> None:
    _insert(model._meta.db_table, "id", pattern, changes, {"count": count, "customers": customers})


def _insert(table: str, key: str, pattern: Any, changes: dict[str, str], numbers: dict[str, int]) -> None:
    pairs = ", ".join(f"'{column}', {expression}" for column, expression in changes.items())
    with connection.cursor() as cursor:
        cursor.execute(_COPIES.format(table=table, key=key, changes=pairs), {"pattern": pattern, **numbers})
