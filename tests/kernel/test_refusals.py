"""What the database refuses becomes an error that a caller understands."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from billing_site.kernel.commands import command
from billing_site.kernel.errors import LockFailed, ValidationFailed
from billing_site.kernel.locks import limit_lock_waits, lock_name, locked
from billing_site.kernel.refusals import unique_fields
from customers.models import Customer, Organization, Tax
from tests.support.builders import START, a_tax, an_organization


@pytest.mark.django_db
def test_a_broken_unique_constraint_is_reported_on_its_last_field():
    organization = an_organization()
    a_tax(organization, "vat")
    with pytest.raises(ValidationFailed) as refusal:
        a_tax(organization, "vat")
    assert refusal.value.details == {"code": ["value_already_exist"]}


def test_every_unique_constraint_names_a_field():
    assert unique_fields()["customer_external_id_unique"] == "external_id"


@pytest.mark.django_db
def test_a_value_that_no_column_holds_is_refused():
    with pytest.raises(ValidationFailed):
        a_tax(an_organization(), "x" * 256)


@pytest.mark.django_db
def test_a_command_leaves_nothing_behind_when_it_fails():
    @command
    def half_done(organization: Organization) -> None:
        Tax.objects.create(organization=organization, name="x", code="x", created_at=START)
        raise ValidationFailed(name=["value_is_invalid"])

    with pytest.raises(ValidationFailed):
        half_done(an_organization())
    assert not Tax.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_waiting_too_long_for_a_lock_is_refused():
    organization = an_organization()

    @command
    def impatient() -> None:
        limit_lock_waits(0.1)
        locked(Organization.objects.filter(pk=organization.pk))

    def in_another_connection() -> None:
        try:
            impatient()
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        locked(Organization.objects.filter(pk=organization.pk))
        with pytest.raises(LockFailed):
            pool.submit(in_another_connection).result()


@pytest.mark.django_db(transaction=True)
def test_a_name_is_locked_by_one_at_a_time():
    def in_another_connection() -> None:
        try:
            with transaction.atomic():
                limit_lock_waits(0.1)
                lock_name("customer", 1)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        lock_name("customer", 1)
        with pytest.raises(LockFailed):
            pool.submit(in_another_connection).result()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(in_another_connection).result()


@pytest.mark.django_db
def test_a_batch_is_locked_in_one_order():
    organization = an_organization()
    rows = Customer.objects.filter(organization=organization)
    with transaction.atomic():
        assert locked(rows) == []
