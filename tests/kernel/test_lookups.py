"""Ids given to a query, as one parameter and in Django's own way."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.ids import uuid7
from customers.models import Customer, Organization
from tests.support.builders import a_customer, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization()


@pytest.fixture
def customers(organization: Organization) -> list[Customer]:
    return [a_customer(organization, f"customer-{number}") for number in range(3)]


def found(**conditions: object) -> set[UUID]:
    return set(Customer.objects.filter(**conditions).values_list("id", flat=True))


def test_ids_find_their_rows_in_any_collection(customers):
    ids = {customer.id for customer in customers[:2]}
    for given in (ids, list(ids), tuple(ids), dict.fromkeys(ids), [*ids, uuid7()], [*ids, *ids]):
        assert found(id__in=given) == ids


def test_texts_of_ids_find_them_too(customers):
    ids = {customer.id for customer in customers[:2]}
    assert found(id__in=list(map(str, ids))) == ids


def test_foreign_keys_take_ids_and_rows(organization, customers):
    everyone = {customer.id for customer in customers}
    assert found(organization__in=[organization.id]) == found(organization__in=[organization]) == everyone
    assert found(organization_id__in=[uuid7()]) == set()


def test_no_ids_find_nothing_and_null_is_no_id(customers):
    assert found(id__in=[]) == set()
    assert found(id__in=[None, customers[0].id]) == {customers[0].id}


def test_the_others_are_found(customers):
    others = set(Customer.objects.exclude(id__in=[customers[0].id]).values_list("id", flat=True))
    assert others == {customers[1].id, customers[2].id}


def test_a_query_is_no_list(customers):
    assert found(id__in=Customer.objects.filter(external_id="customer-1").values("id")) == {customers[1].id}


def test_many_ids_are_one_array(customers):
    with CaptureQueriesContext(connection) as queries:
        found(id__in=[uuid7() for _ in range(100)])
    assert "= ANY(" in queries[0]["sql"]
