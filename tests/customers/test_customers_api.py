"""Customers over the API."""

import pytest

from customers.models import Customer
from customers.signals import customer_deleted
from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def upsert(api, external_id="hooli", expect=200, **values):
    answer = api.post("/customers", {"customer": {"external_id": external_id, **values}}, expect=expect)
    return answer["customer"] if expect == 200 else answer["error_details"]


def external_ids(api, **query):
    return {customer["external_id"] for customer in api.get("/customers", **query)["customers"]}


class TestUpsert:
    def test_the_second_call_updates_the_same_customer(self, api):
        first = upsert(api, name="Hooli", city="Paris")
        second = upsert(api, name="Hooli XYZ")
        assert second["lago_id"] == first["lago_id"]
        assert (second["name"], second["city"]) == ("Hooli XYZ", "Paris")

    def test_null_clears_and_settings_fall_back_to_the_billing_entity(self, api):
        upsert(api, timezone="Europe/Paris", net_payment_term=30, billing_configuration={"invoice_grace_period": 3})
        cleared = upsert(
            api, timezone=None, net_payment_term=None, billing_configuration={"invoice_grace_period": None}
        )
        assert (cleared["timezone"], cleared["applicable_timezone"]) == (None, "UTC")
        assert cleared["net_payment_term"] is None
        assert cleared["billing_configuration"]["invoice_grace_period"] is None

    def test_null_for_an_object_of_settings_leaves_them_alone(self, api):
        upsert(api, billing_configuration={"document_locale": "fr"})
        assert upsert(api, billing_configuration=None)["billing_configuration"]["document_locale"] == "fr"

    def test_customers_are_numbered_one_after_the_other(self, api):
        upsert(api, "a")
        upsert(api, "a", name="again")
        upsert(api, "refused", expect=422, currency="XXX")
        assert upsert(api, "b")["sequential_id"] == 2
        assert upsert(api, "b")["slug"].endswith("-002")

    def test_a_deleted_external_id_names_a_new_customer(self, api):
        first = upsert(api)
        api.delete("/customers/hooli")
        again = upsert(api)
        assert again["lago_id"] != first["lago_id"]
        assert again["sequential_id"] == 2

    def test_numbers_and_unknown_keys_are_taken_as_the_reference_system_does(self, api):
        assert upsert(api, 4711, nonsense={"a": 1})["external_id"] == "4711"


class TestSettings:
    def test_taxes_are_replaced_by_their_codes(self, api):
        a_tax(api.organization, "vat")
        a_tax(api.organization, "city")
        assert [tax["code"] for tax in upsert(api, tax_codes=["vat"])["taxes"]] == ["vat"]
        assert [tax["code"] for tax in upsert(api, tax_codes=["city", "city"])["taxes"]] == ["city"]
        assert len(upsert(api, name="same taxes")["taxes"]) == 1
        assert upsert(api, tax_codes=[])["taxes"] == []

    def test_an_unknown_tax_changes_nothing(self, api):
        body = {"customer": {"external_id": "hooli", "name": "Hooli", "tax_codes": ["nope"]}}
        assert api.post("/customers", body, expect=404)["code"] == "tax_not_found"
        assert not Customer.objects.exists()

    def test_an_unknown_billing_entity_is_not_found(self, api):
        body = {"customer": {"external_id": "hooli", "billing_entity_code": "nope"}}
        assert api.post("/customers", body, expect=404)["code"] == "billing_entity_not_found"

    def test_metadata_keeps_the_ids_of_entries_that_stay(self, api):
        first = upsert(api, metadata=[{"key": "po", "value": "1"}, {"key": "gone", "value": "x"}])["metadata"]
        renamed = {"id": first[0]["lago_id"], "key": "order", "value": "2", "display_in_invoice": True}
        (entry,) = upsert(api, metadata=[renamed])["metadata"]
        assert entry == {**first[0], "key": "order", "value": "2", "display_in_invoice": True}

    def test_six_entries_of_metadata_are_too_many(self, api):
        entries = [{"key": f"k{i}", "value": "v"} for i in range(6)]
        assert upsert(api, metadata=entries, expect=422) == {"metadata": ["invalid_count"]}

    def test_a_key_of_metadata_comes_once(self, api):
        entries = [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]
        assert upsert(api, metadata=entries, expect=422) == {"metadata": ["value_already_exist"]}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("currency", "XXX", "value_is_invalid"),
        ("country", "ZZ", "not_a_valid_country_code"),
        ("timezone", "Mars/Olympus", "invalid_timezone"),
        ("email", "nobody", "invalid_email_format"),
        ("net_payment_term", -1, "value_is_out_of_range"),
        ("net_payment_term", True, "value_is_invalid"),
        ("net_payment_term", 1.5, "value_is_invalid"),
        ("net_payment_term", "1e3", "value_is_invalid"),
        ("net_payment_term", 10**30, "value_is_out_of_range"),
        ("customer_type", "robot", "value_is_invalid"),
        ("account_type", "robot", "value_is_invalid"),
        ("finalize_zero_amount_invoice", "maybe", "value_is_invalid"),
        ("name", "a\0b", "value_is_invalid"),
        ("name", {"a": 1}, "value_is_invalid"),
        ("name", "x" * 256, "value_is_too_long"),
        ("metadata", "x", "value_is_invalid"),
    ],
)
def test_a_wrong_value_is_refused_with_its_code(api, field, value, code):
    assert upsert(api, expect=422, **{field: value}) == {field: [code]}


def test_settings_inside_the_billing_configuration_are_named_without_it(api):
    wrong = {"document_locale": "zz", "invoice_grace_period": -1}
    assert upsert(api, expect=422, billing_configuration=wrong) == {
        "document_locale": ["not_a_valid_language_code"],
        "invoice_grace_period": ["value_is_out_of_range"],
    }


class TestList:
    def test_filters_narrow_the_list(self, api):
        upsert(api, "fr", country="FR", currency="EUR", metadata=[{"key": "tier", "value": "gold"}])
        upsert(api, "us", country="US", currency="USD", account_type="partner", tax_identification_number="1")
        assert external_ids(api, **{"countries[]": ["FR", "DE"]}) == {"fr"}
        assert external_ids(api, countries="FR") == {"fr"}
        assert external_ids(api, **{"currencies[]": "USD"}) == {"us"}
        assert external_ids(api, **{"account_type[]": "partner"}) == {"us"}
        assert external_ids(api, **{"metadata[tier]": "gold"}) == {"fr"}
        assert external_ids(api, **{"metadata[tier]": ""}) == {"us"}
        assert external_ids(api, has_tax_identification_number="true") == {"us"}
        assert external_ids(api, **{"billing_entity_codes[]": "default"}) == {"fr", "us"}

    @pytest.mark.parametrize("term", ["HOOL", "gavin", "belson@", "hooli-inc"])
    def test_search_looks_into_names_ids_and_addresses(self, api, term):
        upsert(api, "hooli-inc", name="Hooli", firstname="Gavin", email="belson@hooli.example")
        upsert(api, "pied-piper")
        assert external_ids(api, search_term=term) == {"hooli-inc"}

    def test_an_unknown_kind_of_account_is_refused(self, api):
        answer = api.get("/customers", expect=422, **{"account_type[]": "robot"})
        assert answer["error_details"] == {"account_type": ["value_is_invalid"]}

    def test_newest_first_page_by_page(self, api):
        for number in range(5):
            a_customer(api.organization, f"c{number}")
        page = api.get("/customers", page=2, per_page=2)
        assert [customer["external_id"] for customer in page["customers"]] == ["c2", "c1"]
        assert page["meta"] == {
            "current_page": 2,
            "next_page": 3,
            "prev_page": 1,
            "total_pages": 3,
            "total_count": 5,
        }

    def test_an_empty_list_is_on_page_zero(self, api):
        assert api.get("/customers")["meta"] == {
            "current_page": 0,
            "next_page": None,
            "prev_page": None,
            "total_pages": 0,
            "total_count": 0,
        }

    @pytest.mark.parametrize("nonsense", ["0", "-1", "abc", "", "9" * 400, "1.5", "\u0661e3"])
    def test_nonsense_for_a_page_counts_as_absent_or_as_the_last_one(self, api, nonsense):
        upsert(api)
        assert api.get("/customers", page=nonsense, per_page=nonsense)["meta"]["total_count"] == 1

    def test_a_page_takes_the_same_number_of_queries_whatever_its_length(self, api, django_assert_max_num_queries):
        a_tax(api.organization, "vat")
        for number in range(12):
            a_customer(api.organization, f"c{number}", tax_codes=["vat"])
        # Key, count, customers, taxes, entities of taxes, sections of customers and of their entities.
        with django_assert_max_num_queries(8):
            api.get("/customers", per_page=10)


class TestDelete:
    def test_a_deleted_customer_is_gone_and_its_deletion_announced(self, api):
        heard = []

        def listen(sender, customer, at, **kwargs):
            heard.append((customer.external_id, at))

        customer_deleted.connect(listen)
        upsert(api)
        try:
            assert api.delete("/customers/hooli")["customer"]["external_id"] == "hooli"
        finally:
            customer_deleted.disconnect(listen)
        assert heard == [("hooli", api.organization.now())]
        assert api.get("/customers/hooli", expect=404)["code"] == "customer_not_found"
        assert api.delete("/customers/hooli", expect=404)["code"] == "customer_not_found"
        assert external_ids(api) == set()

    def test_external_ids_may_hold_anything_but_a_slash(self, api):
        strange = "a b.c:d@é%"
        upsert(api, strange)
        assert api.get("/customers/a b.c:d@é%25")["customer"]["external_id"] == strange
