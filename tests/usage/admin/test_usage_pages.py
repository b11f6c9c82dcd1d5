"""Metrics and events in the console."""

import pytest

from customers.models import Organization
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.console import Console, errors_in, words
from tests.support.plans import a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.models import BillableMetric
from usage.rollup.roll import roll

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def test_a_metric_is_made_and_deleted(organization: Organization) -> None:
    form = {"name": "Tokens", "code": "tokens", "aggregation_type": "sum_agg", "field_name": "count"}
    console = Console(organization)
    console.submit("usage_billablemetric_add", **form)
    metric = BillableMetric.objects.get()
    assert (metric.code, metric.aggregation_type, metric.field_name) == ("tokens", "sum_agg", "count")
    console.press(metric, "delete")
    metric.refresh_from_db()
    assert metric.deleted_at is not None


def test_a_metric_that_sums_nothing_is_refused_at_its_field(organization: Organization) -> None:
    form = {"name": "Tokens", "code": "tokens", "aggregation_type": "sum_agg"}
    refused = Console(organization).submit("usage_billablemetric_add", expect=200, **form)
    assert "This is needed." in errors_in(refused.content.decode())


def test_a_metric_may_compute_its_property(organization: Organization) -> None:
    form = {"name": "CPU", "code": "cpu", "aggregation_type": "sum_agg", "field_name": "usage"}
    console = Console(organization)
    refused = console.submit("usage_billablemetric_add", expect=200, expression="1 +", **form)
    assert any(error.startswith("This is no expression") for error in errors_in(refused.content.decode()))
    console.submit("usage_billablemetric_add", expression="event.properties.cores * 2", **form)
    assert BillableMetric.objects.get().expression == "event.properties.cores * 2"


def test_the_form_of_a_metric_shows_what_is_stored(organization: Organization) -> None:
    metric = a_metric(organization, "seats", aggregation_type="unique_count_agg", recurring=True)
    assert '<option value="unique_count_agg" selected>' in Console(organization).show(metric)


def test_events_are_found_by_subscription_code_and_time(organization: Organization) -> None:
    send(
        organization,
        an_event("tokens", 1, transaction_id="first", at=instant("2023-12-01T10:00:30Z")),
        an_event("calls", 2, transaction_id="second", at=instant("2023-12-02")),
        an_event("tokens", 3, transaction_id="third", external_subscription_id="other", at=instant("2023-12-03")),
    )
    console = Console(organization)
    found = {
        "": ("first", "second", "third"),
        "external_subscription_id=subscription": ("first", "second"),
        "code=tokens": ("first", "third"),
        "external_subscription_id=subscription&code=calls": ("second",),
        "timestamp_from=2023-12-02T00:00": ("second", "third"),
        # The minute that was picked is meant as a whole.
        "timestamp_to=2023-12-01T10:00": ("first",),
        "code=nothing": (),
    }
    for query, expected in found.items():
        shown = console.browser.get(f"/admin/usage/events/?{query}").content.decode()
        assert tuple(name for name in ("first", "second", "third") if f">{name}<" in shown) == expected


NONSENSE = ["page=0", "page=x", "page=999999999", "timestamp_from=x", "timestamp_to=0001-01-01T00:00"]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_the_search_for_events_gives_no_server_error(organization: Organization, query: str) -> None:
    assert Console(organization).browser.get(f"/admin/usage/events/?{query}").status_code == 200


def test_events_are_read_page_by_page(organization: Organization) -> None:
    send(organization, *[an_event(at=instant("2023-12-01")) for _ in range(60)])
    console = Console(organization)
    assert "Older" in console.open("events")
    shown = console.open("events", page="2")
    assert "Newer" in shown
    assert "Older" not in shown


def test_unmatched_events_say_what_is_missing(organization: Organization) -> None:
    a_metric(organization, "tokens")
    a_subscription(organization, external_id="known")
    send(
        organization,
        an_event("tokens", 1, external_subscription_id="unknown"),
        an_event("nothing", 1, external_subscription_id="known"),
        an_event("tokens", 1, external_subscription_id="known"),
    )
    roll()
    shown = words(Console(organization).open("unmatched_events"))
    assert "unknown tokens 1 No subscription has the external id" in shown
    assert "known nothing 1 No billable metric has the code" in shown
    assert shown.count(" tokens 1 ") == 1
