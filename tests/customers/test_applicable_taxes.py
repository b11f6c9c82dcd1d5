"""Which taxes apply to a customer: its own, else those of its billing entity (feature 1.10-T2)."""

import pytest

from customers.queries import applicable_taxes
from customers.services.tax import delete_tax
from tests.support.builders import a_customer, a_tax, an_organization

pytestmark = pytest.mark.django_db


def codes(customers):
    found = applicable_taxes(customers)
    return [[tax.code for tax in found[customer.id]] for customer in customers]


def test_own_taxes_win_over_those_of_the_billing_entity():
    organization = an_organization()
    a_tax(organization, "default", applied_to_organization=True)
    a_tax(organization, "b")
    a_tax(organization, "a")
    customers = [a_customer(organization, tax_codes=["b", "a"]), a_customer(organization)]
    assert codes(customers) == [["a", "b"], ["default"]]


def test_a_deleted_tax_applies_to_nobody_and_the_level_below_takes_over():
    organization = an_organization()
    a_tax(organization, "default", applied_to_organization=True)
    own = a_tax(organization, "own")
    customer = a_customer(organization, tax_codes=["own"])
    delete_tax(tax=own, at=organization.now())
    assert codes([customer]) == [["default"]]


def test_without_any_tax_there_is_an_empty_list():
    assert codes([a_customer(an_organization())]) == [[]]


def test_a_batch_takes_two_queries(django_assert_num_queries):
    organization = an_organization()
    customers = [a_customer(organization) for _ in range(5)]
    with django_assert_num_queries(2):
        applicable_taxes(customers)
