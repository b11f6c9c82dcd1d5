"""OpenAPI and Swagger UI."""

import json
import re

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema():
    return json.loads(Client().get("/api/schema/").content)


def test_the_schema_is_valid_openapi(schema):
    validate_schema(schema)


def test_inputs_and_answers_are_described(schema):
    operation = schema["paths"]["/api/v1/customers"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/CustomerRequest"}
    customer = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["customer"]
    assert {"lago_id", "applicable_timezone", "taxes"} <= customer["properties"].keys()


def test_filters_and_pages_are_parameters(schema):
    parameters = schema["paths"]["/api/v1/customers"]["get"]["parameters"]
    assert {"page", "per_page", "account_type[]", "metadata[key]"} <= {each["name"] for each in parameters}


def test_every_operation_has_its_own_id_and_asks_for_the_key(schema):
    operations = [each for path in schema["paths"].values() for method, each in path.items() if method != "parameters"]
    ids = [each["operationId"] for each in operations]
    assert len(ids) == len(set(ids))
    assert all({"apiKey": []} in each["security"] for each in operations)


def test_the_documentation_asks_nothing_of_other_hosts():
    page = Client().get("/api/docs/").content.decode()
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
