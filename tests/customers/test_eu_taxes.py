"""Taxes by the EU's rules: put on customers, kept with why, and never in the place of what somebody has chosen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.errors import ValidationFailed
from customers.models import Customer, Tax
from customers.services.billing_entity import update_billing_entity
from customers.services.eu_vat import tax_customers_by_eu_rules
from customers.services.tax import delete_tax
from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization

pytestmark = pytest.mark.django_db
FRENCH = "FR40303265045"


def manage(organization, *, on=True, country="DE"):
    entity = organization.billing_entities.get()
    update_billing_entity(billing_entity=entity, at=organization.now(), eu_tax_management=on, country=country)


@pytest.fixture
def organization():
    organization = an_organization()
    manage(organization)
    return organization


def codes_of(organization):
    return {
        each.external_id: sorted(each.taxes.values_list("code", flat=True))
        for each in Customer.objects.filter(organization=organization)
    }


def test_a_customer_has_the_tax_of_its_country_and_number(organization):
    a_customer(organization, "home", country="DE")
    a_customer(organization, "business", country="FR", tax_identification_number=FRENCH)
    a_customer(organization, "private", country="FR")
    a_customer(organization, "abroad", country="US")

    assert codes_of(organization) == {
        "home": ["lago_eu_de_standard"],
        "business": ["lago_eu_reverse_charge"],
        "private": ["lago_eu_fr_standard"],
        "abroad": ["lago_eu_tax_exempt"],
    }
    assert Tax.objects.get(organization=organization, code="lago_eu_fr_standard").rate_percent == 20


def test_it_follows_what_is_known_of_the_customer_and_keeps_why(organization):
    api = ApiClient(organization)
    a_customer(organization, "acme", country="FR")
    a_customer(organization, "acme", tax_identification_number="FR 40 303 265 045")

    assert codes_of(organization) == {"acme": ["lago_eu_reverse_charge"]}
    assert api.get("/customers/acme/vat_evidence")["vat_evidence"] == {
        "rule": "reverse_charge",
        "tax_code": "lago_eu_reverse_charge",
        "seller_country": "DE",
        "customer_country": "FR",
        "customer_zipcode": "",
        "taxed_country": "FR",
        "region": "",
        "tax_identification_number": FRENCH,
        "number_is_valid": True,
        "number_country": "FR",
        "checked_by": "form and check digits",
        "checked_at": "2024-01-01T00:00:00Z",
    }
    a_customer(organization, "acme", tax_identification_number="")
    assert codes_of(organization) == {"acme": ["lago_eu_fr_standard"]}


def test_taxes_that_somebody_chose_win_until_there_are_none(organization):
    a_tax(organization, "own")
    a_customer(organization, "acme", country="FR", tax_codes=["own"])
    a_customer(organization, "acme", zipcode="75001")
    assert codes_of(organization) == {"acme": ["own"]}
    assert ApiClient(organization).get("/customers/acme/vat_evidence")["vat_evidence"] is None

    a_customer(organization, "acme", tax_codes=[])
    assert codes_of(organization) == {"acme": ["lago_eu_fr_standard"]}
    a_customer(organization, "acme", tax_codes=["own"])
    a_customer(organization, "acme", country="IT")
    assert codes_of(organization) == {"acme": ["own"]}


def test_switching_it_on_and_off_changes_all_customers_of_the_billing_entity():
    organization = an_organization()
    a_tax(organization, "own")
    a_customer(organization, "chosen", tax_codes=["own"])
    a_customer(organization, "acme", country="FR")

    manage(organization)
    assert codes_of(organization) == {"chosen": ["own"], "acme": ["lago_eu_fr_standard"]}
    # 27 member states, 18 regions, reverse charge, exempt, and the one from before
    assert Tax.objects.filter(organization=organization).count() == 48

    manage(organization, country="FR")
    assert Customer.objects.get(external_id="acme").vat_evidence["rule"] == "domestic"
    manage(organization, on=False)
    assert codes_of(organization) == {"chosen": ["own"], "acme": []}
    assert Customer.objects.get(external_id="acme").vat_evidence == {}


def test_an_edited_rate_stays_and_a_deleted_tax_comes_back_when_it_is_needed(organization):
    a_customer(organization, "acme", country="FR")
    tax = Tax.objects.get(code="lago_eu_fr_standard")
    tax.change(at=organization.now(), rate_percent=21)
    manage(organization, on=False)
    manage(organization)
    assert Tax.objects.get(code="lago_eu_fr_standard").rate_percent == 21

    delete_tax(tax=tax, at=organization.now())
    a_customer(organization, "acme", name="Acme")
    assert Customer.objects.get().taxes.get(deleted_at=None).rate_percent == 20


def test_only_issuers_in_the_union_have_it():
    organization = an_organization()
    with pytest.raises(ValidationFailed) as refused:
        manage(organization, country="US")
    assert refused.value.envelope()["error_details"] == {"eu_tax_management": ["billing_entity_must_be_in_eu"]}
    assert not Tax.objects.exists()


def test_many_customers_cost_as_much_as_one(organization):
    def cost():
        Customer.objects.update(vat_evidence={"rule": "old"})
        with CaptureQueriesContext(connection) as queries:
            tax_customers_by_eu_rules(billing_entity=organization.billing_entities.get(), at=organization.now())
        return len(queries)

    a_customer(organization, country="FR")
    one = cost()
    for _ in range(4):
        a_customer(organization, country="FR")
    assert cost() == one
