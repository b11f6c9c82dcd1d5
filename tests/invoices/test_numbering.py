"""Who issues an invoice, and which number it gets."""

import pytest

from customers.services.billing_entity import create_billing_entity, update_billing_entity
from invoices.models import Invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import an_add_on
from tests.support.invoices import an_invoice
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-04-24"))


def number_like(organization, prefix, numbering, code=None, **settings):
    """The default billing entity, or a new one of this code, with this way of numbering."""
    values = {"document_number_prefix": prefix, "document_numbering": numbering, **settings}
    if code is None:
        entity = organization.billing_entities.get(is_default=True)
        return update_billing_entity(billing_entity=entity, at=organization.now(), **values)
    return create_billing_entity(organization=organization, code=code, name=code, at=organization.now(), **values)


def numbers(organization):
    return sorted(Invoice.objects.filter(organization=organization).values_list("number", flat=True))


def test_partners_are_numbered_on_their_own_beside_customers_that_share_a_counter(organization):
    number_like(organization, "ORG", "per_billing_entity")
    a_customer(organization, "partner", account_type="partner")
    plan = a_plan(organization)
    for customer in ("partner", "one", "two"):
        a_subscription(organization, plan, external_customer_id=customer)

    bill(organization, at=instant("2024-05-01"))
    assert numbers(organization) == ["ORG-001-001", "ORG-202405-001", "ORG-202405-002"]
    bill(organization, at=instant("2024-06-01"))

    assert set(numbers(organization)) == {
        *("ORG-001-001", "ORG-202405-001", "ORG-202405-002"),
        *("ORG-001-002", "ORG-202406-003", "ORG-202406-004"),
    }
    self_billed = Invoice.objects.filter(self_billed=True)
    assert set(self_billed.values_list("customer__external_id", flat=True)) == {"partner"}


def test_issuers_count_each_for_themselves(organization):
    number_like(organization, "MAIN", "per_billing_entity")
    number_like(organization, "SIDE", "per_customer", code="side")
    first = a_customer(organization, "first")
    second = a_customer(organization, "second", billing_entity_code="side")
    for customer in (first, second, first, second):
        an_invoice(customer)

    assert numbers(organization) == ["MAIN-202404-001", "MAIN-202404-002", "SIDE-002-001", "SIDE-002-002"]
    # Each counts the customer's own invoices (3-I2), also where the number is another one.
    assert sorted(invoice.sequential_id or 0 for invoice in Invoice.objects.all()) == [1, 1, 2, 2]


def test_a_subscriptions_own_issuer_decides_over_the_customers(organization):
    a_tax(organization, "side_vat", rate_percent=10)
    side = number_like(
        organization, "SIDE", "per_billing_entity", code="side", net_payment_term=30, tax_codes=["side_vat"]
    )
    number_like(organization, "MAIN", "per_billing_entity", net_payment_term=5)
    plan = a_plan(organization)
    a_customer(organization, "acme")
    a_subscription(organization, plan, "usual", external_customer_id="acme")
    a_subscription(organization, plan, "other", external_customer_id="acme", billing_entity_code="side")

    bill(organization, at=instant("2024-05-01"))

    usual, other = Invoice.objects.order_by("number")
    assert (usual.number, other.number) == ("MAIN-202405-001", "SIDE-202405-001")
    assert (other.billing_entity, other.issuer_snapshot["code"]) == (side, "side")
    assert (usual.net_payment_term, other.net_payment_term) == (5, 30)
    assert (usual.taxes_amount_cents, other.taxes_amount_cents) == (0, round(other.fees_amount_cents * 0.1))
    assert other.fees.get().billing_entity == side


def test_a_draft_of_another_issuer_is_finalized_by_it(organization):
    number_like(organization, "SIDE", "per_customer", code="side", invoice_grace_period=2)
    a_subscription(organization, external_customer_id="acme", billing_entity_code="side")

    (draft,) = bill(organization, at=instant("2024-05-01"))
    assert (draft.status, draft.number) == ("draft", "SIDE-DRAFT")
    (final,) = bill(organization, at=instant("2024-05-03"))

    assert (final.status, final.number) == ("finalized", "SIDE-001-001")


def test_a_one_off_invoice_can_have_another_issuer(organization):
    number_like(organization, "SIDE", "per_customer", code="side")
    a_customer(organization, "acme")
    an_add_on(organization, "setup")
    body = {"external_customer_id": "acme", "fees": [{"add_on_code": "setup"}], "billing_entity_code": "side"}
    api = ApiClient(organization)

    invoice = api.post("/invoices", {"invoice": body})["invoice"]
    refused = api.post("/invoices", {"invoice": {**body, "billing_entity_code": "other"}}, expect=404)

    assert (invoice["number"], invoice["billing_entity_code"]) == ("SIDE-001-001", "side")
    assert refused["code"] == "billing_entity_not_found"


def test_a_change_of_form_goes_on_counting(organization):
    number_like(organization, "ORG", "per_customer")
    customers = [a_customer(organization, name) for name in ("one", "two", "three")]
    for customer in customers * 2:
        an_invoice(customer)

    # Six so far.
    number_like(organization, "ORG", "per_billing_entity")
    assert an_invoice(customers_again(organization, "one")).number == "ORG-202404-007"
    number_like(organization, "ORG", "per_customer")
    assert an_invoice(customers_again(organization, "one")).number == "ORG-001-004"
    number_like(organization, "ORG", "per_billing_entity")
    assert an_invoice(customers_again(organization, "two")).number == "ORG-202404-009"


def test_what_partners_were_billed_does_not_count_for_the_others(organization):
    an_invoice(a_customer(organization, "partner", account_type="partner"))
    number_like(organization, "ORG", "per_billing_entity")

    assert an_invoice(a_customer(organization, "acme")).number == "ORG-202404-001"


def customers_again(organization, external_id):
    return organization.customers.select_related("billing_entity").get(external_id=external_id)
