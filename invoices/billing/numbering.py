"""Invoice numbers: given at finalization, in order and without gaps (3-I1 … 3-I4)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from customers.models import BillingEntity, Customer, DocumentNumbering
from plans.periods import local_date


class Number(NamedTuple):
    text: str
    sequence: int


class _Counter(NamedTuple):
    billing_entity_id: UUID
    customer_id: UUID | None


def draft_number(customer: Customer) -> str:
    return f"{customer.billing_entity.document_number_prefix}-DRAFT"


def take_numbers(customers: Sequence[Customer], *, at: datetime) -> list[Number]:
    """One number for each customer given, in that order; a customer may stand there several times.

    Must run in the transaction that writes the invoices: the counters stay locked until it commits, and are
    given back when it does not. Counters are raised in one order, so that two runs cannot deadlock.
    """
    counters = [_counter(customer) for customer in customers]
    wanted = Counter(counters)
    following = {key: last - wanted[key] + 1 for key, last in _raise(wanted).items()}
    numbers = []
    for customer, key in zip(customers, counters, strict=True):
        numbers.append(Number(_text(customer, following[key], at), following[key]))
        following[key] += 1
    return numbers


def lock_shared_counters(billing_entity_ids: Collection[UUID]) -> None:
    """Where customers of several billing entities share counters, hold those from the start, in one order.

    A transaction that takes numbers more than once would otherwise hold one counter while it waits for another.
    """
    if len(billing_entity_ids) > 1:
        shared = BillingEntity.objects.filter(
            id__in=billing_entity_ids, document_numbering=DocumentNumbering.PER_BILLING_ENTITY
        )
        _raise(Counter({_Counter(key, None): 0 for key in shared.values_list("id", flat=True)}))


def _counter(customer: Customer) -> _Counter:
    per_customer = customer.billing_entity.document_numbering == DocumentNumbering.PER_CUSTOMER
    return _Counter(customer.billing_entity_id, customer.id if per_customer else None)


def _text(customer: Customer, sequence: int, at: datetime) -> str:
    prefix = customer.billing_entity.document_number_prefix
    if customer.billing_entity.document_numbering == DocumentNumbering.PER_CUSTOMER:
        return f"{prefix}-{customer.sequential_id:03d}-{sequence:03d}"
    return f"{prefix}-{local_date(at, customer.applicable_timezone):%Y%m}-{sequence:03d}"


_RAISE = """
    INSERT INTO invoices_documentsequence (billing_entity_id, customer_id, last_number)
    SELECT entity, customer, wanted
    FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS wish (entity, customer, wanted)
    ORDER BY entity, customer
    ON CONFLICT (billing_entity_id, customer_id)
    DO UPDATE SET last_number = invoices_documentsequence.last_number + excluded.last_number
    RETURNING billing_entity_id, customer_id, last_number
"""


def _raise(wanted: Counter[_Counter]) -> dict[_Counter, int]:
    if not wanted:
        return {}
    entities, customers = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [list(entities), list(customers), list(wanted.values())])
        return {_Counter(entity, customer): last for entity, customer, last in cursor.fetchall()}
