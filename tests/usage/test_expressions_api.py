"""Expressions over the API: tried out, and computed as events come in."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.usage import a_metric, an_event
from usage.models import UsageEvent
from usage.services.billable_metric import delete_billable_metric

pytestmark = pytest.mark.django_db

PRODUCT = "event.properties.cores * event.properties.hours"
TRIAL = "/billable_metrics/evaluate_expression"


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def tried(api: ApiClient, expression: Any, event: Any = None, expect: int = 200) -> Any:
    return api.post(TRIAL, {"expression": expression, "event": event}, expect=expect)


def send(api: ApiClient, expect: int = 200, **fields: Any) -> Any:
    return api.post("/events", {"event": an_event("cpu", **fields)}, expect=expect)


def test_an_expression_is_tried_on_an_event(api: ApiClient) -> None:
    event = {"code": "cpu", "timestamp": 1709596800, "properties": {"cores": 10.4, "hours": "2"}}
    assert tried(api, f"round({PRODUCT})", event) == {"expression_result": {"value": "21.0"}}  # 20.8
    assert tried(api, "concat(event.code, event.timestamp)", event)["expression_result"]["value"] == "cpu1709596800"
    assert tried(api, "event.timestamp", {})["expression_result"]["value"] == "1704067200"  # now: 2024-01-01
    assert tried(api, "1 + 1")["expression_result"]["value"] == "2"


@pytest.mark.parametrize(
    ("expression", "event", "details"),
    [
        ("", {}, {"expression": ["value_is_mandatory"]}),
        (None, {}, {"expression": ["value_is_mandatory"]}),
        ("invalid_expression", {}, {"expression": ["invalid_expression"]}),
        (PRODUCT, {"properties": {"cores": "many", "hours": 1}}, {"event": ["invalid_event"]}),
        (PRODUCT, {}, {"event": ["invalid_event"]}),
        ("1 / 0", {}, {"event": ["invalid_event"]}),
        ("1", {"timestamp": "soon"}, {"event.timestamp": ["invalid_format"]}),
        ("1", {"timestamp": {}}, {"event.timestamp": ["invalid_format"]}),
        ("1", {"properties": []}, {"event.properties": ["value_is_invalid"]}),
        ("1", 3, {"event": ["value_is_invalid"]}),
    ],
)
def test_bad_trials_are_refused(api: ApiClient, expression: Any, event: Any, details: Any) -> None:
    assert tried(api, expression, event, expect=422)["error_details"] == details


def test_a_trial_without_a_body_is_a_bad_request(api: ApiClient) -> None:
    api.post(TRIAL, expect=400)
    assert api.send("POST", TRIAL, "[1]").status_code in (400, 422)


def test_a_metric_has_a_valid_expression_or_none(api: ApiClient) -> None:
    body = {"name": "CPU", "code": "cpu", "aggregation_type": "sum_agg", "field_name": "usage", "expression": "1 +"}
    answer = api.post("/billable_metrics", {"billable_metric": body}, expect=422)
    assert answer["error_details"] == {"expression": ["invalid_expression"]}
    created = api.post("/billable_metrics", {"billable_metric": {**body, "expression": PRODUCT}})
    assert created["billable_metric"]["expression"] == PRODUCT
    api.put("/billable_metrics/cpu", {"billable_metric": {"expression": "event.x"}}, expect=422)
    cleared = api.put("/billable_metrics/cpu", {"billable_metric": {"expression": None}})
    assert cleared["billable_metric"]["expression"] is None


def test_an_event_carries_what_its_metric_computes(api: ApiClient) -> None:
    a_metric(api.organization, "cpu", field_name="usage", expression=PRODUCT)
    event = send(api, properties={"cores": 4, "hours": "1.5", "usage": 99})["event"]
    assert event["properties"] == {"cores": 4, "hours": "1.5", "usage": "6.0"}
    assert api.get(f"/events/{event['transaction_id']}")["event"]["properties"] == event["properties"]


def test_other_properties_keep_every_digit(api: ApiClient) -> None:
    a_metric(api.organization, "cpu", field_name="usage", expression="event.properties.a * 1")
    body = '{"event": {"transaction_id": "t", "code": "cpu", "properties": {"a": 1, "b": 12345678901234567.8910}}}'
    assert b"12345678901234567.8910" in api.send("POST", "/events", body).content
    assert b"12345678901234567.8910" in api.send("GET", "/events/t").content


def test_an_event_that_cannot_be_computed_is_refused(api: ApiClient) -> None:
    a_metric(api.organization, "cpu", field_name="usage", expression=PRODUCT)
    assert send(api, expect=422, properties={"cores": 4})["error_details"] == {"event": ["invalid_event"]}
    body = {"events": [an_event("other"), an_event("cpu")]}
    assert api.post("/events/batch", body, expect=422)["error_details"] == {"1": {"event": ["invalid_event"]}}
    assert UsageEvent.objects.count() == 0


def test_events_of_other_metrics_and_organizations_are_taken_as_they_are(api: ApiClient) -> None:
    metric = a_metric(api.organization, "cpu", field_name="usage", expression=PRODUCT)
    api.post("/events", {"event": an_event("not a metric yet", properties={"cores": 4})})
    ApiClient(an_organization()).post("/events", {"event": an_event("cpu")})
    delete_billable_metric(metric=metric, at=api.organization.now())
    assert send(api, properties={"cores": 4})["event"]["properties"] == {"cores": 4}


def test_a_batch_is_computed_in_the_statements_of_one_event(api: ApiClient) -> None:
    a_metric(api.organization, "cpu", field_name="usage", expression=PRODUCT)
    send(api, properties={"cores": 1, "hours": 1})
    statements = []
    for size in (1, 50):
        batch = {"events": [an_event("cpu", properties={"cores": 1, "hours": hours}) for hours in range(size)]}
        with CaptureQueriesContext(connection) as captured:
            answer = api.post("/events/batch", batch)
        statements.append(len(captured))
        assert [event["properties"]["usage"] for event in answer["events"]] == [str(hours) for hours in range(size)]
    assert statements[0] == statements[1]
