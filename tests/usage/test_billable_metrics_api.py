"""Billable metrics over the API."""

from typing import Any

import pytest

from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.plans import a_charge, a_plan
from usage.models import BillableMetric

pytestmark = pytest.mark.django_db

SUM = {"name": "Tokens", "code": "tokens", "aggregation_type": "sum_agg", "field_name": "total"}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(an_organization())


def create(api: ApiClient, expect: int = 200, **values: Any) -> Any:
    return api.post("/billable_metrics", {"billable_metric": {**SUM, **values}}, expect=expect)


def refused(api: ApiClient, **values: Any) -> Any:
    answer = create(api, expect=422, **values)
    assert not BillableMetric.objects.exists()
    return answer["error_details"]


def test_a_metric_is_answered_with_all_its_fields(api: ApiClient) -> None:
    filters = [{"key": "region", "values": ["eu", "us"]}]
    metric = create(
        api,
        description="All tokens",
        aggregation_type="weighted_sum_agg",
        weighted_interval="seconds",
        recurring=True,
        rounding_function="ceil",
        rounding_precision=2,
        filters=filters,
    )["billable_metric"]
    assert metric.pop("lago_id")
    assert metric == {
        **SUM,
        "description": "All tokens",
        "aggregation_type": "weighted_sum_agg",
        "weighted_interval": "seconds",
        "recurring": True,
        "expression": None,
        "rounding_function": "ceil",
        "rounding_precision": 2,
        "filters": filters,
        "created_at": "2024-01-01T00:00:00Z",
    }
    assert api.get("/billable_metrics/tokens")["billable_metric"]["rounding_precision"] == 2


def test_a_count_has_no_field(api: ApiClient) -> None:
    assert create(api, aggregation_type="count_agg")["billable_metric"]["field_name"] is None


def test_filters_name_each_key_and_value_once(api: ApiClient) -> None:
    filters = [{"key": "a", "values": ["1", "2", "1"]}, {"key": "a", "values": [3]}]
    assert create(api, filters=filters)["billable_metric"]["filters"] == [{"key": "a", "values": ["1", "2", "3"]}]


@pytest.mark.parametrize(
    ("values", "details"),
    [
        ({"name": None, "code": ""}, {"name": ["value_is_mandatory"], "code": ["value_is_mandatory"]}),
        ({"aggregation_type": None}, {"aggregation_type": ["value_is_mandatory"]}),
        ({"aggregation_type": "median_agg"}, {"aggregation_type": ["value_is_invalid"]}),
        ({"field_name": None}, {"field_name": ["value_is_mandatory"]}),
        ({"aggregation_type": "weighted_sum_agg"}, {"weighted_interval": ["value_is_mandatory"]}),
        ({"weighted_interval": "hours"}, {"weighted_interval": ["value_is_invalid"]}),
        (
            {"aggregation_type": "max_agg", "recurring": True},
            {"recurring": ["not_compatible_with_aggregation_type"]},
        ),
        ({"rounding_function": "up"}, {"rounding_function": ["value_is_invalid"]}),
        ({"rounding_precision": 1.5}, {"rounding_precision": ["value_is_invalid"]}),
        ({"filters": [{"values": ["a"]}]}, {"filters.0.key": ["value_is_mandatory"]}),
        ({"filters": [{"key": "a", "values": []}]}, {"filters.0.values": ["value_is_mandatory"]}),
    ],
)
def test_bad_values_are_refused_by_name(api: ApiClient, values: dict[str, Any], details: Any) -> None:
    assert refused(api, **values) == details


def test_a_code_is_unique_until_its_metric_is_deleted(api: ApiClient) -> None:
    create(api)
    assert create(api, expect=422)["error_details"] == {"code": ["value_already_exist"]}
    assert api.delete("/billable_metrics/tokens")["billable_metric"]["code"] == "tokens"
    api.get("/billable_metrics/tokens", expect=404)
    create(api)


def test_a_metric_that_no_charge_uses_changes_in_everything(api: ApiClient) -> None:
    create(api)
    changes = {"code": "requests", "aggregation_type": "count_agg", "name": "Requests"}
    metric = api.put("/billable_metrics/tokens", {"billable_metric": changes})["billable_metric"]
    assert (metric["code"], metric["aggregation_type"], metric["field_name"]) == ("requests", "count_agg", None)


def test_a_metric_that_a_charge_uses_keeps_what_it_measures(api: ApiClient) -> None:
    create(api)
    a_plan(api.organization, charges=[a_charge(BillableMetric.objects.get())])
    changes = {
        "code": "requests",
        "aggregation_type": "count_agg",
        "name": "Renamed",
        "filters": [{"key": "region", "values": ["eu"]}],
    }
    metric = api.put("/billable_metrics/tokens", {"billable_metric": changes})["billable_metric"]
    assert (metric["code"], metric["aggregation_type"], metric["name"]) == ("tokens", "sum_agg", "Renamed")
    assert metric["filters"] == [{"key": "region", "values": ["eu"]}]


def test_metrics_are_listed_newest_first_in_one_page(api: ApiClient) -> None:
    for code in ("a", "b", "c"):
        create(api, code=code)
    answer = api.get("/billable_metrics", per_page=2)
    assert [metric["code"] for metric in answer["billable_metrics"]] == ["c", "b"]
    assert answer["meta"]["total_count"] == 3


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_metric_of_another_organization_is_not_found(api: ApiClient, method: str) -> None:
    create(api)
    stranger = ApiClient(an_organization())
    body = {"billable_metric": {"name": "Mine"}} if method == "PUT" else None
    answer = stranger.call(method, "/billable_metrics/tokens", body, expect=404)
    assert answer["code"] == "billable_metric_not_found"
