"""Events that cannot be counted are told of, once."""

import pytest
from django.db import IntegrityError

from customers.models import Organization
from tests.support.builders import an_organization
from tests.support.usage import a_metric, an_event, send
from tests.support.webhooks import told
from usage.models import EventCheck
from usage.rollup import roll
from usage.services.event_check import check_all_events, check_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    organization = an_organization()
    a_metric(organization, "calls", filters=[{"key": "region", "values": ["eu", "us"]}])
    a_metric(organization, "logins", aggregation_type="count_agg")
    check_events(organization)
    return organization


def arrive(organization: Organization, name: str, code: str = "calls", **properties: object) -> None:
    event = an_event(code, 1, transaction_id=name)
    send(organization, {**event, "properties": properties})


def errors(organization: Organization) -> list[dict[str, list[str]]]:
    roll()
    check_events(organization)
    return [each["events_errors"] for each in told(organization, "events.errors")]


def test_each_kind_is_told_with_its_events(organization):
    arrive(organization, "fine", value=5, region="eu")
    arrive(organization, "counted", code="logins")
    arrive(organization, "unknown", code="nothing")
    arrive(organization, "empty")
    arrive(organization, "wordy", value="many")
    arrive(organization, "elsewhere", value=1, region="mars")
    assert errors(organization) == [
        {
            "invalid_code": ["unknown"],
            "missing_aggregation_property": ["empty"],
            "invalid_aggregation_property": ["wordy"],
            "invalid_filter_values": ["elsewhere"],
        }
    ]


def test_it_is_told_once_and_only_if_something_is_wrong(organization):
    arrive(organization, "fine", value=5)
    assert errors(organization) == []
    arrive(organization, "empty")
    assert errors(organization) == [{"missing_aggregation_property": ["empty"]}]
    assert len(errors(organization)) == 1


def test_everyone_is_checked(organization):
    arrive(organization, "empty")
    check_all_events()
    assert len(told(organization, "events.errors")) == 1
    with pytest.raises(IntegrityError, match="usage_event_check_epoch_gte_0"):
        EventCheck.objects.update(epoch=-1)
