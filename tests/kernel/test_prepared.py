"""Prepared questions find what the ORM finds."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.prepared import Prepared, cursor_for, prepared_cursor
from customers.models import ApiKey, Customer
from tests.support.builders import a_customer, an_organization

AT = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def customers(external_id: str, organization_id: UUID):
    return (
        Customer.objects.filter(organization_id=organization_id, external_id=external_id, deleted_at__isnull=True)
        .exclude(name="100% gone")
        .select_related("organization", "billing_entity")
    )


def test_it_gives_instances_as_the_orm_does() -> None:
    organization = an_organization(at=AT)
    for name in ("ada", "bo%b", "c'arl"):
        a_customer(organization, name, at=AT)
    prepared = Prepared(customers, external_id=str, organization_id=UUID)

    for name in ("ada", "bo%b", "c'arl", "nobody"):
        expected = list(customers(name, organization.id))
        found = prepared(external_id=name, organization_id=organization.id)
        assert found == expected
        assert [columns_of(each) for each in found] == [columns_of(each) for each in expected]
        assert [columns_of(each.billing_entity) for each in found] == [
            columns_of(each.billing_entity) for each in expected
        ]
    assert prepared(external_id="ada", organization_id=uuid4()) == []


def columns_of(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_what_is_joined_is_loaded_and_an_absent_one_is_none() -> None:
    organization = an_organization(at=AT)
    a_customer(organization, "ada", at=AT)
    prepared = Prepared(
        lambda organization_id: Customer.objects.filter(organization_id=organization_id).select_related(
            "organization__live_organization"
        ),
        organization_id=UUID,
    )
    (found,) = prepared(organization_id=organization.id)
    with CaptureQueriesContext(connection) as asked:
        assert found.organization.live_organization is None
        assert found.organization == organization
    assert len(asked) == 0


def test_lists_of_ids_have_any_length() -> None:
    organization = an_organization(at=AT)
    ids = [a_customer(organization, f"customer {n}", at=AT).id for n in range(120)]
    prepared = Prepared(lambda ids: Customer.objects.filter(id__in=ids).order_by("id"), ids=list)
    for length in (0, 1, 2, 120):
        assert [each.id for each in prepared(ids=ids[:length])] == sorted(ids[:length])


def test_one_statement_is_asked_however_often() -> None:
    organization = an_organization(at=AT)
    prepared = Prepared(customers, external_id=str, organization_id=UUID)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(10):
            prepared(external_id="ada", organization_id=organization.id)
    assert len({each["sql"].split("WHERE")[0] for each in asked.captured_queries}) == 1
    assert len(asked) == 10


def test_instants_are_parameters() -> None:
    organization = an_organization(at=AT)
    key = ApiKey.objects.create(
        organization=organization,
        name="short-lived",
        key_hash="h",
        last_characters="h",
        created_at=AT,
        expires_at=AT.replace(day=2),
    )
    prepared = Prepared(lambda at: ApiKey.objects.filter(name="short-lived").usable(at=at), at=datetime)
    assert prepared(at=AT) == [key]
    assert prepared(at=AT.replace(day=3)) == []


def test_a_parameter_that_is_not_in_the_statement_is_refused() -> None:
    prepared = Prepared(lambda name: Customer.objects.filter(external_id="ada"), name=str)
    with pytest.raises(AssertionError, match="every parameter"):
        prepared(name="ada")


def test_rows_of_more_than_one_statement_are_refused() -> None:
    prepared = Prepared(lambda name: Customer.objects.filter(name=name).prefetch_related("subscriptions"), name=str)
    with pytest.raises(AssertionError, match="one statement"):
        prepared(name="ada")


def test_a_faulty_statement_is_an_error_of_django() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere WHERE id = %s", [1])


def test_the_server_keeps_the_statement() -> None:
    with prepared_cursor() as cursor:
        for value in (1, 2, 3):
            cursor.execute("SELECT %s::int AS kept_by_this_test", [value])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%kept_by_this_test"])
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("elements", [1, 5_000])
def test_a_constant_statement_reads_few_and_many(elements: int) -> None:
    for _ in range(7):
        with cursor_for(elements) as cursor:
            cursor.execute("WITH given AS (SELECT unnest(%s::int[]) AS n) SELECT sum(n) FROM given", ["{1,2,3}"])
            assert cursor.fetchone() == (6,)
