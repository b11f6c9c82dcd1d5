"""Customers, taxes, keys and billing entities in the console."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import ApiKey, Customer, Organization, Tax
from customers.portal_link import customer_id_of
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.console import Console, errors_in, words
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def a_form(**values: object) -> dict[str, object]:
    return {
        "external_id": "acme",
        "name": "Acme",
        "billing_entity_code": "default",
        "finalize_zero_amount_invoice": "inherit",
        **values,
    }


def test_a_customer_is_made(organization: Organization) -> None:
    a_tax(organization)
    form = a_form(country="FR", currency="EUR", timezone="Europe/Paris", net_payment_term="30", tax_codes=["vat"])
    Console(organization).submit("customers_customer_add", **form)
    customer = Customer.objects.get()
    assert (customer.external_id, customer.name, customer.country) == ("acme", "Acme", "FR")
    assert (customer.currency, customer.timezone, customer.net_payment_term) == ("EUR", "Europe/Paris", 30)
    assert [tax.code for tax in customer.taxes.all()] == ["vat"]


def test_a_customer_is_changed_but_keeps_its_external_id(organization: Organization) -> None:
    customer = a_customer(organization, "acme", name="Old")
    console = Console(organization)
    console.submit("customers_customer_edit", customer.pk, **a_form(external_id="other", name="New"))
    customer.refresh_from_db()
    assert (customer.external_id, customer.name) == ("acme", "New")
    assert Customer.objects.count() == 1


def test_the_form_shows_what_is_stored_and_saving_it_changes_nothing(organization: Organization) -> None:
    customer = a_customer(organization, "acme", name="Acme", city="Lyon", invoice_grace_period=0)
    console = Console(organization)
    shown = console.open("customers_customer_edit", customer.pk)
    assert 'value="Lyon"' in shown
    console.submit("customers_customer_edit", customer.pk, **a_form(city="Lyon", invoice_grace_period="0"))
    customer.refresh_from_db()
    assert (customer.city, customer.invoice_grace_period, customer.country) == ("Lyon", 0, "")


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nobody"), ("country", "XX"), ("currency", "ABC"), ("timezone", "Mars"), ("net_payment_term", "-1")],
)
def test_a_bad_value_is_refused_at_its_field(organization: Organization, field: str, value: str) -> None:
    refused = Console(organization).submit("customers_customer_add", expect=200, **a_form(**{field: value}))
    assert len(errors_in(refused.content.decode())) == 2
    assert not Customer.objects.exists()


def test_customers_are_found_by_name_external_id_and_email(organization: Organization) -> None:
    a_customer(organization, "acme-1", name="Great Goods", email="pay@goods.example")
    console = Console(organization)
    for term in ("great", "ACME", "goods.ex"):
        assert "Great Goods" in console.open("customers_customer_changelist", q=term)
    assert "Nothing fits this search." in console.open("customers_customer_changelist", q="nobody")


def test_an_empty_list_says_what_to_do(organization: Organization) -> None:
    assert "No customers yet. Add one here" in words(Console(organization).open("customers_customer_changelist"))


def test_the_portal_link_opens_this_customers_portal(organization: Organization) -> None:
    customer = a_customer(organization, "acme")
    shown = words(Console(organization).press(customer, "portal", expect=200).content.decode())
    token = shown.split("/portal/")[1].split()[0]
    assert customer_id_of(token) == customer.pk


def test_the_page_of_a_customer_has_its_subscriptions(organization: Organization) -> None:
    customer = a_customer(organization, "acme")
    a_subscription(organization, external_id="sub_1", external_customer_id="acme")
    assert "sub_1" in Console(organization).show(customer, tab="subscriptions")


def test_a_customer_is_deleted(organization: Organization) -> None:
    customer = a_customer(organization)
    Console(organization).press(customer, "delete")
    customer.refresh_from_db()
    assert customer.deleted_at is not None


def test_the_list_takes_the_same_queries_for_one_and_for_many(organization: Organization) -> None:
    a_customer(organization)
    few = queries_of_list(organization)
    for _ in range(5):
        a_customer(organization)
    assert queries_of_list(organization) == few <= 12


def queries_of_list(organization: Organization) -> int:
    console = Console(organization)
    with CaptureQueriesContext(connection) as captured:
        console.open("customers_customer_changelist")
    return len(captured)


def test_a_key_is_shown_once_and_then_never_again(organization: Organization) -> None:
    console = Console(organization)
    made = console.submit("customers_apikey_add", expect=200, name="shop")
    value = made.content.decode().split('id="api-key">')[1].split("<")[0]
    key = ApiKey.objects.get(name="shop")
    assert key.key_hash == ApiKey.hashed(value)
    assert "no-store" in made["Cache-Control"]
    assert value not in console.show(key)
    assert value not in console.open("customers_apikey_changelist")


def test_a_key_is_revoked(organization: Organization) -> None:
    key = ApiKey.objects.get()
    console = Console(organization)
    console.press(key, "revoke")
    key.refresh_from_db()
    assert key.revoked_at is not None
    console.press(key, "revoke", expect=403)


def test_a_tax_is_made_changed_and_deleted(organization: Organization) -> None:
    console = Console(organization)
    console.submit("customers_tax_add", name="VAT", code="vat", rate_percent="19.5")
    tax = Tax.objects.get()
    console.submit("customers_tax_change", tax.pk, name="VAT", code="vat", rate_percent="20")
    tax.refresh_from_db()
    assert tax.rate_percent == 20
    console.press(tax, "delete")
    tax.refresh_from_db()
    assert tax.deleted_at is not None


def test_a_billing_entity_is_changed(organization: Organization) -> None:
    entity = organization.billing_entities.get()
    form = {
        "name": "Acme SARL",
        "default_currency": "EUR",
        "timezone": "Europe/Paris",
        "document_locale": "fr",
        "document_numbering": "per_customer",
        "document_number_prefix": "ACM",
        "invoice_grace_period": "2",
        "net_payment_term": "14",
    }
    Console(organization).submit("customers_billingentity_change", entity.pk, **form)
    entity.refresh_from_db()
    assert (entity.name, entity.timezone, entity.document_locale) == ("Acme SARL", "Europe/Paris", "fr")
    assert (entity.invoice_grace_period, entity.net_payment_term, entity.finalize_zero_amount_invoice) == (2, 14, False)
