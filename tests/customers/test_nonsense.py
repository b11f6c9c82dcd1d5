"""Whatever is sent, the answer is an envelope, never a 500, and a refusal leaves nothing behind."""

import json
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.api.inputs.billing_entity import BillingEntityInput, OrganizationInput
from customers.api.inputs.customer import CustomerInput
from customers.api.inputs.tax import TaxInput
from customers.models import BillingEntity, Customer, Tax
from tests.support.api import ApiClient
from tests.support.builders import an_organization

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", " ", "\0", "\ud800", "1e3", "-1", "EUR", "FR", "é" * 300, 10**400, "2024-13-01"]),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def bodies(takes):
    """Bodies that have the input's own names, so that the values are looked at."""
    names = st.sampled_from(sorted(takes().fields))
    filled = st.dictionaries(names, ANYTHING, max_size=6)
    return st.one_of(ANYTHING, st.fixed_dictionaries({takes.root_name: st.one_of(ANYTHING, filled)}))


def counts():
    return [model.objects.count() for model in (Customer, Tax, BillingEntity)]


class NonsenseTests(TestCase):
    api: ClassVar[ApiClient]

    @classmethod
    def setUpTestData(cls):
        cls.api = ApiClient(an_organization())

    def refused_or_done(self, method, path, body):
        before = counts()
        response = self.api.send(method, path, json.dumps(body))
        assert response.status_code in (200, 400, 404, 422), response.content
        if response.status_code != 200:
            assert json.loads(response.content)["status"] == response.status_code
            assert counts() == before

    @given(body=bodies(CustomerInput))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def test_customers(self, body):
        self.refused_or_done("POST", "/customers", body)

    @given(body=bodies(TaxInput))
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def test_taxes(self, body):
        self.refused_or_done("POST", "/taxes", body)

    @given(body=bodies(OrganizationInput))
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def test_organizations(self, body):
        self.refused_or_done("PUT", "/organizations", body)

    @given(body=bodies(BillingEntityInput))
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def test_billing_entities(self, body):
        self.refused_or_done("POST", "/billing_entities", body)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", ["", "{", "null", "[]", '"x"', "[" * 100_000, "{}\0", b"\xff\xfe", '{"customer": NaN}', "1" * 5000]
)
def test_a_body_that_is_no_json_object_is_a_bad_request(content):
    response = ApiClient(an_organization()).send("POST", "/customers", content)
    assert response.status_code == 400
    assert response.json()["error"].startswith("BadRequest: ")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/customers/%00", "/taxes/%00", "/customers/%ff", "/taxes/%ff", "/nothing", "/"])
def test_a_strange_path_is_not_found(path):
    response = ApiClient(an_organization()).send("GET", path)
    assert (response.status_code, response.json()["status"]) == (404, 404)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {"search_term": "\0"},
        {"countries[]": "\0"},
        {"metadata[\0]": "x"},
        {"metadata[a]": "\0"},
        {"has_customer_type": "perhaps"},
        {"search_term": "%_\\"},
        {"metadata": "x"},
    ],
)
def test_strange_filters_are_refused_or_find_nothing(query):
    response = ApiClient(an_organization()).send("GET", "/customers", query=query)
    assert response.status_code in (200, 422)
