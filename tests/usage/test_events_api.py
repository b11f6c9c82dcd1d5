"""Events over the API: accepted early, stored once, shown as they were sent."""

import json
from typing import Any

import pytest
from django.http import HttpResponse

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.usage import an_event
from usage.models import UsageEvent, UsageFlush, UsageStream

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def post(api: ApiClient, expect: int = 200, **fields: Any) -> Any:
    event = {"transaction_id": "t1", "external_subscription_id": "sub", "code": "tokens", **fields}
    return api.post("/events", {"event": event}, expect=expect)


def refused(api: ApiClient, **fields: Any) -> Any:
    answer = post(api, expect=422, **fields)
    assert answer["code"] == "validation_errors"
    assert UsageEvent.objects.count() == 0
    return answer["error_details"]


def test_an_event_is_answered_with_all_its_fields(api: ApiClient) -> None:
    event = post(api, timestamp="1700000000.123456", properties={"tokens": 12.50}, precise_total_amount_cents="1.230")[
        "event"
    ]
    assert event.pop("lago_id")
    assert event == {
        "transaction_id": "t1",
        "lago_customer_id": None,
        "lago_subscription_id": None,
        "external_subscription_id": "sub",
        "code": "tokens",
        "timestamp": "2023-11-14T22:13:20.123Z",
        "precise_total_amount_cents": "1.23",
        "properties": {"tokens": 12.5},
        "created_at": "2024-01-01T00:00:00Z",
    }


def test_an_event_for_nothing_that_exists_is_accepted(api: ApiClient) -> None:
    post(api, external_subscription_id="not yet", code="not yet either")
    assert UsageEvent.objects.count() == 1


def test_an_event_without_timestamp_or_properties_happens_now(api: ApiClient) -> None:
    event = post(api, timestamp=None, properties=None, precise_total_amount_cents=None)["event"]
    assert (event["timestamp"], event["properties"]) == ("2024-01-01T00:00:00.000Z", {})


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (1700000000, "2023-11-14T22:13:20.000Z"),
        (1700000000.5, "2023-11-14T22:13:20.500Z"),
        ("1700000000", "2023-11-14T22:13:20.000Z"),
        ("2023-11-14T23:13:20+01:00", "2023-11-14T22:13:20.000Z"),
        ("2023-11-14", "2023-11-14T00:00:00.000Z"),
        (1.7e9, "2023-11-14T22:13:20.000Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        ("", "2024-01-01T00:00:00.000Z"),
    ],
)
def test_timestamps_are_taken_in_every_form(api: ApiClient, given: Any, shown: str) -> None:
    assert post(api, timestamp=given)["event"]["timestamp"] == shown


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("yesterday", "invalid_format"),
        (True, "invalid_format"),
        ([1], "invalid_format"),
        ({}, "invalid_format"),
        (-1, "value_is_out_of_range"),
        (1700000000000, "value_is_out_of_range"),
        ("9" * 20, "value_is_out_of_range"),
        ("1969-12-31", "value_is_out_of_range"),
        ("9" * 300, "invalid_format"),
    ],
)
def test_a_timestamp_that_is_none_is_refused(api: ApiClient, given: Any, code: str) -> None:
    assert refused(api, timestamp=given) == {"timestamp": [code]}


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        (
            {"transaction_id": None, "code": " "},
            {"transaction_id": ["value_is_mandatory"], "code": ["value_is_mandatory"]},
        ),
        ({"transaction_id": "x" * 256}, {"transaction_id": ["value_is_too_long"]}),
        ({"transaction_id": {"a": 1}}, {"transaction_id": ["value_is_invalid"]}),
        ({"code": "a\0b"}, {"code": ["value_is_invalid"]}),
        ({"external_subscription_id": ["sub"]}, {"external_subscription_id": ["value_is_invalid"]}),
        ({"properties": [1]}, {"properties": ["value_is_invalid"]}),
        ({"properties": "a"}, {"properties": ["value_is_invalid"]}),
        ({"properties": {"a": "\0"}}, {"properties": ["value_is_invalid"]}),
        ({"precise_total_amount_cents": "much"}, {"precise_total_amount_cents": ["value_is_invalid"]}),
        ({"precise_total_amount_cents": {"a": 1}}, {"precise_total_amount_cents": ["value_is_invalid"]}),
    ],
)
def test_bad_fields_are_refused_by_name(api: ApiClient, fields: dict[str, Any], details: Any) -> None:
    assert refused(api, **fields) == details


NO_JSON = ["", "{", '{"event": {}}x', "[" * 10_000, b'{"event": {"properties": {"a": "\xff"}}}']
NO_EVENT = ["null", "[]", "3", '{"event": null}', '{"other": {}}', '{"event": 3}']


@pytest.mark.parametrize("body", [*NO_JSON, *NO_EVENT])
def test_a_body_without_an_event_is_a_bad_request(api: ApiClient, body: str | bytes) -> None:
    response = api.send("POST", "/events", body)
    assert response.status_code == 400
    assert json.loads(response.content)["error"].startswith("BadRequest: ")


def send_number(api: ApiClient, number: str) -> HttpResponse:
    """As text, because Python's JSON would round it."""
    event = '{"event": {"transaction_id": "t", "code": "c", "properties": {"a": ' + number + "}}}"
    return api.send("POST", "/events", event)


@pytest.mark.parametrize("number", ["1e200000", "-1e200000", "1e-200000", "9" * 140_000])
def test_a_number_beyond_all_bounds_is_refused_and_leaves_nothing(api: ApiClient, number: str) -> None:
    response = send_number(api, number)
    assert response.status_code in (200, 422)
    assert UsageEvent.objects.count() == (1 if response.status_code == 200 else 0)


def test_numbers_keep_every_digit(api: ApiClient) -> None:
    api.send(
        "POST",
        "/events",
        '{"event": {"transaction_id": "t", "code": "c", "properties": {"a": 12345678901234567.8910}}}',
    )
    answer = api.send("GET", "/events/t").content
    assert b'"properties":{"a": 12345678901234567.8910}' in answer


def test_a_repeated_event_is_refused(api: ApiClient) -> None:
    post(api)
    assert post(api, expect=422, code="other")["error_details"] == {"transaction_id": ["value_already_exist"]}
    post(api, external_subscription_id="another subscription")
    assert UsageEvent.objects.count() == 2


def test_a_batch_is_stored_whole_and_shown(api: ApiClient) -> None:
    answer = api.post("/events/batch", {"events": [an_event(value=1), an_event(value=2)]})
    assert [event["properties"] for event in answer["events"]] == [{"value": 1}, {"value": 2}]
    assert UsageFlush.objects.get().events_count == 2


def test_a_batch_with_known_events_is_refused_by_index_and_stores_nothing(api: ApiClient) -> None:
    known, fresh = an_event(value=1), an_event(value=2)
    api.post("/events", {"event": known})
    answer = api.post("/events/batch", {"events": [fresh, known]}, expect=422)
    assert answer["error_details"] == {"1": {"transaction_id": ["value_already_exist"]}}
    assert UsageEvent.objects.count() == 1


def test_an_event_twice_in_a_batch_is_refused(api: ApiClient) -> None:
    twice = an_event(value=1)
    answer = api.post("/events/batch", {"events": [twice, an_event(), twice]}, expect=422)
    assert answer["error_details"] == {"2": {"transaction_id": ["value_already_exist"]}}


def test_bad_events_of_a_batch_are_refused_by_index(api: ApiClient) -> None:
    answer = api.post("/events/batch", {"events": [an_event(), 3, an_event(code=None), an_event(code=1.5)]}, expect=422)
    assert answer["error_details"] == {
        "1": {"base": ["value_is_invalid"]},
        "2": {"code": ["value_is_mandatory"]},
        "3": {"code": ["value_is_invalid"]},
    }
    assert UsageStream.objects.count() == 0


def test_a_batch_has_one_to_a_thousand_events(api: ApiClient) -> None:
    assert api.post("/events/batch", {"events": []}, expect=422)["error_details"] == {"events": ["no_events"]}
    assert api.post("/events/batch", {}, expect=422)["error_details"] == {"events": ["no_events"]}
    too_many = {"events": [an_event() for _ in range(1001)]}
    assert api.post("/events/batch", too_many, expect=422)["error_details"] == {"events": ["too_many_events"]}
    assert len(api.post("/events/batch", {"events": too_many["events"][:1000]})["events"]) == 1000


def test_text_is_kept_as_it_is(api: ApiClient) -> None:
    odd = {"tab\t": 'line\nfeed \\ "quote" \r \\N', "ünï": "日本 😀", "nested": {"a": [1, None, True]}}
    post(api, transaction_id="a\tb\\N\n/slash", properties=odd)
    [event] = api.get("/events")["events"]
    assert (event["transaction_id"], event["properties"]) == ("a\tb\\N\n/slash", odd)


def test_an_event_is_found_by_its_transaction(api: ApiClient) -> None:
    sent = post(api)["event"]
    assert api.get("/events/t1")["event"] == sent
    assert api.get("/events/t2", expect=404)["code"] == "event_not_found"


def test_events_of_another_organization_are_neither_found_nor_listed(api: ApiClient) -> None:
    post(api)
    stranger = ApiClient(an_organization())
    stranger.get("/events/t1", expect=404)
    assert stranger.get("/events")["events"] == []


def test_events_are_listed_page_by_page_newest_first(api: ApiClient) -> None:
    for number in range(5):
        post(api, transaction_id=f"t{number}", timestamp=1700000000 + number)
    for query in ({}, {"external_subscription_id": "sub"}):
        first = api.get("/events", per_page=2, **query)
        last = api.get("/events", per_page=2, page=3, **query)
        assert [event["transaction_id"] for event in first["events"] + last["events"]] == ["t4", "t3", "t0"]
        assert first["meta"] == {
            "current_page": 1,
            "next_page": 2,
            "prev_page": None,
            "total_pages": 3,
            "total_count": 5,
        }
        assert last["meta"]["next_page"] is None


def test_events_are_filtered(api: ApiClient) -> None:
    post(api, transaction_id="early", timestamp="2024-01-01T00:00:00Z")
    post(api, transaction_id="late", timestamp="2024-01-02T00:00:00Z", code="other")
    post(api, transaction_id="elsewhere", external_subscription_id="other", timestamp="2024-01-03T00:00:00Z")

    def listed(**query: str) -> list[str]:
        return [event["transaction_id"] for event in api.get("/events", **query)["events"]]

    assert listed(code="other") == ["late"]
    assert listed(external_subscription_id="sub", code="tokens") == ["early"]
    assert listed(timestamp_from="2024-01-02T00:00:00Z") == ["elsewhere", "late"]
    assert listed(external_subscription_id="sub", timestamp_to="2024-01-01T00:00:00Z") == ["early"]
    assert api.get("/events", timestamp_from="soon", expect=422)["error_details"] == {
        "timestamp_from": ["invalid_date"]
    }


def test_a_call_without_a_key_stores_nothing(api: ApiClient) -> None:
    response = api.client.post("/api/v1/events", {"event": an_event()}, content_type="application/json")
    assert response.status_code == 401
    assert UsageEvent.objects.count() == 0
