"""Reading usage equals adding up the events, whatever was rolled when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing_site.kernel.intervals import Interval
from customers.models import Organization
from tests.support.builders import START, an_organization
from tests.support.usage import a_metric, an_event, send
from usage.aggregation import EventValue, Operation, Tally, parse_number, property_text
from usage.queries import BEGINNING, UsageRequest, current_epoch, events_as_of, gather_events, gather_usage, usage_as_of
from usage.rollup import roll
from usage.services.measurement import set_dimension_keys

pytestmark = pytest.mark.django_db

CODES = {"tokens": "sum_agg", "users": "unique_count_agg"}
SUBSCRIPTIONS = ["one", "two"]
KEYS = ["region", "plan"]
# Few, and many of them on or beside the edge of a quarter hour.
INSTANTS = st.builds(
    lambda steps, aside: START + timedelta(minutes=5 * steps, microseconds=aside),
    st.integers(0, 12),
    st.sampled_from([0, 0, 0, 1, 299_999_999]),
)
VALUES = st.one_of(
    st.sampled_from(["1", "-2.5", "0.000000000000000000000000000000000001", "12345678901234567890.5", "1e3", " 1", ""]),
    st.integers(-(10**19), 10**19),
    st.decimals(-1000, 1000, places=3).map(str),
    st.sampled_from([1.5, -0.25, 1e-7, 1e30, True, None, "x" * 300, {"a": 1}, [1]]),
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    dimension = draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["eu", "us", 1, 2.5, True, None])))
    operation = draw(st.sampled_from([{}, {}, {}, {"operation_type": "add"}, {"operation_type": "remove"}]))
    at = draw(INSTANTS)
    amount = draw(st.sampled_from([{}, {"precise_total_amount_cents": "12.3456"}]))
    return an_event(
        draw(st.sampled_from(list(CODES))),
        external_subscription_id=draw(st.sampled_from(SUBSCRIPTIONS)),
        at=at,
        properties={"value": draw(VALUES), **dimension, **operation},
        **amount,
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.lists(events(), min_size=1, max_size=12)),
        st.tuples(st.just("roll"), st.none()),
        st.tuples(st.just("key"), st.sampled_from(KEYS)),
    ),
    max_size=10,
)
INTERVALS = st.tuples(INSTANTS, INSTANTS).map(lambda ends: Interval(min(ends), max(ends)))


@dataclass
class History:
    """What was sent, as the pure functions see it."""

    organization: Organization
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sent: list[dict[str, Any]] = field(default_factory=list)

    def measured(self, request: UsageRequest) -> Iterable[tuple[dict[str, str], EventValue]]:
        for arrival, event in enumerate(self.sent):
            at = datetime.fromisoformat(event["timestamp"])
            named = (event["external_subscription_id"], event["code"])
            if named == (request.external_subscription_id, request.code) and at in request.interval:
                yield self.dimension(event), event_value(event, arrival, at)

    def dimension(self, event: Mapping[str, Any]) -> dict[str, str]:
        texts = {key: property_text(event["properties"].get(key)) for key in self.keys[event["code"]]}
        return {key: text for key, text in texts.items() if text is not None}


def event_value(event: Mapping[str, Any], arrival: int, at: datetime) -> EventValue:
    value = event["properties"]["value"]
    is_unique = CODES[event["code"]] == "unique_count_agg"
    return EventValue(
        timestamp=at,
        sequence=arrival,
        value=parse_number(value),
        text=property_text(value) if is_unique else None,
        operation=Operation.of(event["properties"].get("operation_type")) if is_unique else Operation.ADD,
        precise_total_amount_cents=parse_number(event.get("precise_total_amount_cents", "0")),
    )


def comparable(tally: Tally) -> tuple[Any, ...]:
    """All but the order of arrival, whose numbers differ, and the texts, of which long ones are kept as digests."""
    latest = tally.latest and (tally.latest.timestamp, tally.latest.value)
    return (
        (tally.count, tally.number_count, tally.text_count, tally.removals, tally.sum, tally.max, latest),
        (tally.value_time, tally.precise_total_amount_cents, len(tally.distinct)),
    )


def expected(history: History, request: UsageRequest) -> dict[frozenset[tuple[str, str]], tuple[Any, ...]]:
    tallies: dict[frozenset[tuple[str, str]], list[Tally]] = defaultdict(list)
    for dimension, event in history.measured(request):
        tallies[frozenset(dimension.items())].append(Tally.of(event))
    return {dimension: comparable(Tally.total(parts)) for dimension, parts in tallies.items()}


def requests(history: History, intervals: Iterable[Interval]) -> list[UsageRequest]:
    return [
        UsageRequest(history.organization.id, subscription, code, interval)
        for subscription in SUBSCRIPTIONS
        for code in CODES
        for interval in intervals
    ]


def a_history() -> History:
    history = History(an_organization())
    for code, aggregation in CODES.items():
        a_metric(history.organization, code, aggregation_type=aggregation)
    return history


def play(history: History, steps: Iterable[tuple[str, Any]]) -> None:
    for step, value in steps:
        if step == "send":
            send(history.organization, *value)
            history.sent += value
        elif step == "roll":
            roll()
        else:
            history.keys["tokens"].add(value)
            set_dimension_keys(organization=history.organization, code="tokens", keys=[value])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.lists(INTERVALS, min_size=1, max_size=6, unique=True))
def test_tallies_are_those_of_the_events_whether_pending_or_rolled(
    db: None, steps: list[tuple[str, Any]], intervals: list[Interval]
) -> None:
    history = a_history()
    play(history, steps)
    asked = requests(history, [*intervals, Interval(BEGINNING, START + timedelta(days=1))])
    for request, usage in gather_usage(asked).items():
        found = {frozenset(dimension.items()): comparable(tally) for dimension, tally in usage}
        assert found == expected(history, request)
    for request, in_order in gather_events(asked).items():
        texts_shown = [(dimension, comparable(Tally.of(event))) for dimension, event in in_order]
        own = sorted(history.measured(request), key=lambda pair: (pair[1].timestamp, pair[1].sequence))
        assert texts_shown == [(dimension, comparable(Tally.of(event))) for dimension, event in own]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    STEPS, st.lists(st.lists(events(), min_size=1, max_size=6), max_size=3), st.lists(INTERVALS, min_size=1, max_size=3)
)
def test_usage_as_of_an_epoch_leaves_out_what_arrived_later(
    db: None, steps: list[tuple[str, Any]], later: list[list[dict[str, Any]]], intervals: list[Interval]
) -> None:
    history = a_history()
    play(history, steps)
    roll()
    epoch, asked = current_epoch(), requests(history, intervals)
    then = {request: expected(history, request) for request in asked}
    events_then = gather_events(asked)

    for number, batch in enumerate(later):
        play(history, [("send", batch)])
        if number % 2:
            roll()

    seen = usage_as_of(asked, epoch)
    for request in asked:
        found = {frozenset(dimension.items()): comparable(tally) for dimension, tally in seen[request]}
        assert found == then[request]
    assert events_as_of(asked, epoch) == events_then
