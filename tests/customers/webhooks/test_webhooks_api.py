"""Endpoints, messages and the public key over the API."""

import base64

import pytest

from customers.webhooks import announce
from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.webhooks import an_endpoint

pytestmark = pytest.mark.django_db
ADDRESS = {"webhook_url": "https://app.example.com/hooks"}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def test_an_endpoint_is_created_read_changed_and_deleted(api):
    created = api.post("/webhook_endpoints", {"webhook_endpoint": {**ADDRESS, "name": "App"}})["webhook_endpoint"]
    assert created["signature_algo"] == "jwt"
    assert created["event_types"] is None
    path = f"/webhook_endpoints/{created['lago_id']}"
    assert api.get(path)["webhook_endpoint"] == created
    assert api.get("/webhook_endpoints")["webhook_endpoints"] == [created]
    changed = {"signature_algo": "hmac", "event_types": ["invoice.created"]}
    assert api.put(path, {"webhook_endpoint": changed})["webhook_endpoint"] == {**created, **changed}
    assert api.delete(path)["webhook_endpoint"] == {**created, **changed}
    assert api.get(path, expect=404)["code"] == "webhook_endpoint_not_found"


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({}, {"webhook_url": ["value_is_mandatory"]}),
        ({"webhook_url": "ftp://example.com"}, {"webhook_url": ["value_is_invalid"]}),
        ({"webhook_url": "https://"}, {"webhook_url": ["value_is_invalid"]}),
        ({"webhook_url": "https://me:secret@example.com"}, {"webhook_url": ["value_is_invalid"]}),
        ({**ADDRESS, "signature_algo": "md5"}, {"signature_algo": ["value_is_invalid"]}),
        ({**ADDRESS, "event_types": ["invoice.eaten"]}, {"event_types": ["value_is_invalid"]}),
    ],
)
def test_what_cannot_work_is_refused(api, values, errors):
    answer = api.post("/webhook_endpoints", {"webhook_endpoint": values or {"name": "nowhere"}}, expect=422)
    assert answer["error_details"] == errors


def test_an_address_is_told_once(api):
    api.post("/webhook_endpoints", {"webhook_endpoint": ADDRESS})
    answer = api.post("/webhook_endpoints", {"webhook_endpoint": ADDRESS}, expect=422)
    assert answer["error_details"] == {"webhook_url": ["value_already_exist"]}


def test_there_are_at_most_ten(api):
    for number in range(10):
        an_endpoint(api.organization, f"https://{number}.example.com")
    answer = api.post("/webhook_endpoints", {"webhook_endpoint": ADDRESS}, expect=422)
    assert answer["error_details"] == {"base": ["exceeded_limit"]}


def test_messages_come_oldest_first_and_by_type(api):
    for webhook_type in ("plan.created", "customer.created", "plan.created"):
        announce(
            webhook_type, lambda: [{"lago_id": "1"}], organization_id=api.organization.id, at=api.organization.now()
        )
    every = api.get("/webhook_messages")["webhook_messages"]
    assert [each["webhook_type"] for each in every] == ["plan.created", "customer.created", "plan.created"]
    plans = api.get("/webhook_messages", webhook_type="plan.created")
    assert plans["webhook_messages"] == [every[0], every[2]]
    assert plans["meta"]["total_count"] == 2
    assert every[0]["payload"]["plan"] == {"lago_id": "1"}
    assert every[0]["status"] == "not_sent"


def test_messages_of_others_are_not_shown(api):
    other = an_organization()
    announce("plan.created", lambda: [{}], organization_id=other.id, at=other.now())
    assert api.get("/webhook_messages")["webhook_messages"] == []


def test_the_public_key_is_the_same_for_all_and_for_ever(api):
    encoded = api.get("/webhooks/json_public_key")["webhook"]["public_key"]
    assert base64.b64decode(encoded).startswith(b"-----BEGIN PUBLIC KEY-----")
    assert ApiClient(an_organization()).get("/webhooks/json_public_key")["webhook"]["public_key"] == encoded
    assert api.send("GET", "/webhooks/public_key").content.decode() == encoded
