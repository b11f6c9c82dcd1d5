"""Metadata of plans over the API."""

import pytest

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.plans import a_plan

pytestmark = pytest.mark.django_db
PATH = "/plans/scale/metadata"


@pytest.fixture
def api() -> ApiClient:
    organization = an_organization()
    a_plan(organization, "scale", metadata={"team": "core"})
    return ApiClient(organization)


def test_all_of_it_is_replaced(api):
    assert api.post(PATH, {"metadata": {"tier": "1", "note": None}})["metadata"] == {"tier": "1", "note": None}
    assert api.get("/plans/scale")["plan"]["metadata"] == {"tier": "1", "note": None}


def test_keys_are_added_and_changed(api):
    merged = api.call("PATCH", PATH, {"metadata": {"team": "growth", "tier": "1"}})["metadata"]
    assert merged == {"team": "growth", "tier": "1"}


def test_one_key_is_removed_and_then_all(api):
    api.call("PATCH", PATH, {"metadata": {"tier": "1"}})
    assert api.delete(f"{PATH}/team")["metadata"] == {"tier": "1"}
    assert api.delete(f"{PATH}/unknown")["metadata"] == {"tier": "1"}
    assert api.delete(PATH)["metadata"] == {}


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({str(number): "x" for number in range(51)}, "invalid_count"),
        ({"k" * 101: "x"}, "value_is_too_long"),
        ({"k": "x" * 256}, "value_is_too_long"),
        ({"k": 1}, "value_is_invalid"),
    ],
)
def test_there_are_limits(api, metadata, code):
    answer = api.post(PATH, {"metadata": metadata}, expect=422)
    assert answer["error_details"] == {"metadata": [code]}
    assert api.get("/plans/scale")["plan"]["metadata"] == {"team": "core"}


def test_the_plan_must_exist(api):
    assert api.post("/plans/other/metadata", {"metadata": {}}, expect=404)["code"] == "plan_not_found"
