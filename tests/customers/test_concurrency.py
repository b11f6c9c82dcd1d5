"""Calls that come at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from billing_site.kernel.errors import NotFound
from customers.models import Customer
from customers.services.customer import create_or_update_customer, delete_customer
from customers.signals import customer_deleted
from tests.support.builders import START, a_customer, an_organization

pytestmark = pytest.mark.django_db(transaction=True)


def in_parallel(work, inputs):
    def once(given):
        try:
            return work(given)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(once, inputs))


def test_simultaneous_upserts_of_one_external_id_make_one_customer():
    organization = an_organization()

    def upsert(number):
        return create_or_update_customer(organization=organization, external_id="hooli", name=str(number), at=START).id

    assert len(set(in_parallel(upsert, range(16)))) == 1
    assert Customer.objects.get().sequential_id == 1


def test_of_simultaneous_deletions_one_is_announced():
    organization = an_organization()
    customer = a_customer(organization)
    heard = []

    def listen(sender, customer, **kwargs):
        heard.append(customer.pk)

    def delete(_):
        try:
            delete_customer(customer=Customer.objects.get(pk=customer.pk), at=START)
        except NotFound:
            return False
        return True

    customer_deleted.connect(listen)
    try:
        assert sum(in_parallel(delete, range(8))) == 1
    finally:
        customer_deleted.disconnect(listen)
    assert heard == [customer.pk]


def test_simultaneous_new_customers_are_numbered_without_gaps():
    organization = an_organization()

    def create(number):
        return create_or_update_customer(organization=organization, external_id=f"c{number}", at=START).sequential_id

    assert sorted(in_parallel(create, range(16))) == list(range(1, 17))
