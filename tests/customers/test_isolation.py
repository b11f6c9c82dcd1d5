"""No key reaches into another organization."""

import pytest

from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> ApiClient:
    theirs = an_organization("Theirs")
    a_customer(theirs, "theirs", name="Theirs")
    a_tax(theirs, "theirs")
    ApiClient(theirs).post("/billing_entities", {"billing_entity": {"code": "theirs", "name": "Theirs"}})
    return ApiClient(an_organization("Ours"))


@pytest.mark.parametrize(
    ("method", "path", "root", "code"),
    [
        ("GET", "/customers/theirs", None, "customer_not_found"),
        ("DELETE", "/customers/theirs", None, "customer_not_found"),
        ("GET", "/customers/theirs/portal_url", None, "customer_not_found"),
        ("GET", "/taxes/theirs", None, "tax_not_found"),
        ("PUT", "/taxes/theirs", "tax", "tax_not_found"),
        ("DELETE", "/taxes/theirs", None, "tax_not_found"),
        ("GET", "/billing_entities/theirs", None, "billing_entity_not_found"),
        ("PUT", "/billing_entities/theirs", "billing_entity", "billing_entity_not_found"),
    ],
)
def test_what_belongs_to_another_organization_does_not_exist(stranger, method, path, root, code):
    body = {root: {"name": "Mine now"}} if root else None
    assert stranger.call(method, path, body, expect=404)["code"] == code


@pytest.mark.parametrize(("path", "count"), [("/customers", 0), ("/taxes", 0), ("/billing_entities", 1)])
def test_lists_show_only_ones_own(stranger, path, count):
    assert stranger.get(path)["meta"]["total_count"] == count


@pytest.mark.parametrize(
    ("values", "code"),
    [({"tax_codes": ["theirs"]}, "tax_not_found"), ({"billing_entity_code": "theirs"}, "billing_entity_not_found")],
)
def test_a_customer_cannot_refer_to_what_belongs_to_others(stranger, values, code):
    body = {"customer": {"external_id": "ours", **values}}
    assert stranger.post("/customers", body, expect=404)["code"] == code


def test_the_same_external_id_is_another_customer(stranger):
    shown = stranger.post("/customers", {"customer": {"external_id": "theirs"}})["customer"]
    assert (shown["name"], shown["sequential_id"]) == (None, 1)
