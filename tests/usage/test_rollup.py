"""Rolling and rebuilding keep the buckets true to events and metrics."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F

from billing_site.kernel.intervals import Interval
from customers.models import Organization
from tests.support.builders import START, an_organization
from tests.support.usage import a_metric, an_event, send
from usage import tasks
from usage.aggregation import Tally
from usage.models import UsageBucket, UsageCode, UsageDimension, UsageDistinctValue, UsageFlush
from usage.queries import UsageRequest, current_epoch, gather_usage
from usage.rollup import roll, steady_epoch
from usage.services.billable_metric import update_billable_metric
from usage.services.measurement import set_dimension_keys

pytestmark = pytest.mark.django_db
DAY = Interval(START, START + timedelta(days=1))


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def read(organization: Organization, code: str = "tokens", interval: Interval = DAY, **options: bool) -> Tally:
    request = UsageRequest(organization.id, "subscription", code, interval)
    return Tally.total(tally for _, tally in gather_usage([request], **options)[request])


def test_a_roll_takes_what_is_pending_and_the_next_one_finds_nothing(organization: Organization) -> None:
    send(organization, an_event(), an_event())
    send(organization, an_event())
    done = roll()
    assert (done.flushes_count, done.events_count) == (2, 3)
    assert done.epoch == current_epoch()
    assert roll().flushes_count == 0
    assert current_epoch() == done.epoch


def test_epochs_count_up_and_say_what_came_later(organization: Organization) -> None:
    send(organization, an_event())
    first = roll().epoch
    send(organization, an_event())
    assert UsageFlush.objects.filter(epoch=None).count() == 1
    second = roll().epoch
    assert first is not None and second == first + 1
    assert UsageFlush.objects.filter(epoch__gt=first).count() == 1


def test_quarter_hours_are_buckets_of_their_own(organization: Organization) -> None:
    a_metric(organization)
    send(organization, *(an_event(value=1, at=START + timedelta(minutes=minute)) for minute in (0, 14, 15, 45)))
    roll()
    counts = UsageBucket.objects.order_by("quarter_hour").values_list("events_count", flat=True)
    assert list(counts) == [2, 1, 1]


def test_a_metric_made_after_its_events_counts_them(organization: Organization) -> None:
    send(organization, an_event(value=5), an_event(value="7"))
    roll()
    assert read(organization).sum == 0
    a_metric(organization)
    # Before the rebuild the events are read, after it the buckets.
    assert read(organization).sum == 12
    roll()
    assert UsageBucket.objects.get().sum == 12
    assert read(organization).sum == 12


def test_a_metric_that_measures_something_else_is_rebuilt(organization: Organization) -> None:
    metric = a_metric(organization, field_name="a")
    send(organization, an_event(properties={"a": 1, "b": 10}))
    roll()
    update_billable_metric(metric=metric, at=organization.now(), field_name="b", aggregation_type="unique_count_agg")
    assert read(organization).distinct == {"10"}
    roll()
    assert UsageDistinctValue.objects.get().value == "10"
    assert (read(organization).sum, read(organization).distinct) == (Decimal(10), {"10"})


def test_a_change_that_measures_the_same_rebuilds_nothing(organization: Organization) -> None:
    metric = a_metric(organization)
    roll()
    update_billable_metric(metric=metric, at=organization.now(), name="Another name")
    set_dimension_keys(organization=organization, code=metric.code, keys=[])
    assert not UsageCode.objects.exclude(built_version=F("version")).exists()


def test_usage_is_kept_apart_by_the_properties_of_filters_and_groups(organization: Organization) -> None:
    a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    set_dimension_keys(organization=organization, code="tokens", keys=["model"])
    send(
        organization,
        an_event(value=1, properties={"region": "eu", "model": 4}),
        an_event(value=2, properties={"region": "eu", "model": "4", "other": "x"}),
        an_event(value=4, properties={"model": None}),
    )
    request = UsageRequest(organization.id, "subscription", "tokens", DAY)
    pending = gather_usage([request])[request]
    roll()
    rolled = gather_usage([request])[request]
    assert sorted((sorted(key.items()), tally.sum) for key, tally in rolled) == [
        ([], 4),
        ([("model", "4"), ("region", "eu")], 3),
    ]
    assert sorted((sorted(key.items()), tally.sum) for key, tally in pending) == sorted(
        (sorted(key.items()), tally.sum) for key, tally in rolled
    )
    assert UsageDimension.objects.count() == 1


def test_values_of_any_length_can_be_dimensions_and_distinct_values(organization: Organization) -> None:
    a_metric(organization, aggregation_type="unique_count_agg", filters=[{"key": "page", "values": ["x"]}])
    long_texts = ["x" * 100_000, "x" * 99_999 + "y"]
    send(organization, *(an_event(value=text, properties={"page": text}) for text in long_texts))
    pending = read(organization).distinct
    roll()
    assert len(pending) == 2
    assert read(organization).distinct == pending


def test_without_the_pending_events_exactly_those_of_the_epoch_are_read(organization: Organization) -> None:
    a_metric(organization)
    at = START + timedelta(minutes=1)
    edge = Interval(START, START + timedelta(minutes=2))
    send(organization, an_event(value=1, at=at))
    roll()
    send(organization, an_event(value=2, at=at))
    with steady_epoch() as epoch:
        assert epoch == current_epoch()
        for interval in (DAY, edge):
            assert read(organization, interval=interval, pending=False).sum == 1
            assert read(organization, interval=interval).sum == 3


def test_the_task_rolls(organization: Organization) -> None:
    send(organization, an_event())
    assert tasks.roll() == 1


def test_verify_usage_finds_a_bucket_that_is_wrong(organization: Organization) -> None:
    a_metric(organization, aggregation_type="unique_count_agg")
    send(organization, an_event(value="a"), an_event(value="b", at=START + timedelta(hours=1)))
    output = StringIO()
    call_command("verify_usage", stdout=output)
    assert "Every bucket equals its events." in output.getvalue()
    UsageBucket.objects.filter(quarter_hour=UsageBucket.objects.earliest("quarter_hour").quarter_hour).update(sum=3)
    UsageDistinctValue.objects.filter(value="b").delete()
    with pytest.raises(CommandError, match="2 buckets differ"):
        call_command("verify_usage", stdout=output)
    assert "2024-01-01T00:00Z" in output.getvalue()


@pytest.mark.parametrize(
    "wrong", [{"events_count": 0}, {"numbers_count": 2}, {"removals_count": -1}, {"max": None}, {"texts_count": 5}]
)
def test_a_bucket_cannot_contradict_itself(organization: Organization, wrong: dict[str, int | None]) -> None:
    a_metric(organization)
    send(organization, an_event(value=1))
    roll()
    with pytest.raises(IntegrityError), transaction.atomic():
        UsageBucket.objects.update(**wrong)
