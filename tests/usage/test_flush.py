"""Events are stored once, whoever sends them how often at the same time."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from billing_site.kernel.copy import text_array
from billing_site.kernel.errors import ValidationFailed
from customers.models import Organization
from tests.support.builders import START, an_organization
from tests.support.usage import a_metric, an_event, send
from usage.ingest import EventRow, StoredFlush, Submission, flush
from usage.ingest.caution import Caution
from usage.ingest.flush import KNOWN, store_alone
from usage.models import UsageBucket, UsageEvent, UsageFlush
from usage.queries import bucket_differences
from usage.rollup import roll
from usage.signals import events_ingested


def submission(organization: Organization, *keys: tuple[int, str]) -> Submission:
    rows = [EventRow(stream, transaction, 1, 0, None, b"{}") for stream, transaction in keys]
    return Submission(organization.id, START, rows)


def in_threads(count: int, work: Callable[[], None]) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_eight_senders_of_the_same_events_store_them_once_and_buckets_agree() -> None:
    organization = an_organization()
    a_metric(organization)
    events = [an_event(value=number, external_subscription_id=f"s{number % 7}") for number in range(400)]
    batches = [events[start : start + 40] for start in range(0, 400, 40)]
    accepted: Counter[bool] = Counter()

    def resend() -> None:
        for batch in batches:
            try:
                send(organization, *batch)
                accepted[True] += 1
            except ValidationFailed:
                accepted[False] += 1
            roll()

    in_threads(8, resend)
    assert accepted == {True: 10, False: 70}
    assert UsageEvent.objects.count() == 400
    assert sum(UsageFlush.objects.values_list("events_count", flat=True)) == 400
    assert sum(UsageBucket.objects.values_list("events_count", flat=True)) == 400
    # 0 + 1 + … + 399
    assert sum(UsageBucket.objects.values_list("sum", flat=True)) == 79_800
    assert bucket_differences() == []


@pytest.mark.django_db(transaction=True)
def test_batches_that_overlap_in_opposite_orders_do_not_wait_for_each_other() -> None:
    organization = an_organization()
    events = [an_event() for _ in range(200)]
    halves = [events, events[::-1], events[50:], events[:150][::-1]]
    stored: list[int] = []

    def send_all() -> None:
        for half in halves:
            try:
                stored.append(len(send(organization, *half)))
            except ValidationFailed:
                continue

    in_threads(4, send_all)
    assert UsageEvent.objects.count() == sum(stored)


@pytest.mark.django_db
def test_of_two_requests_in_one_flush_the_first_has_a_shared_key() -> None:
    organization = an_organization()
    first, second = submission(organization, (1, "a"), (1, "b")), submission(organization, (1, "c"), (1, "b"))
    assert flush([first, second]) == [[], [1]]
    assert set(UsageEvent.objects.values_list("transaction_id", flat=True)) == {"a", "b"}


@pytest.mark.django_db
def test_a_request_that_is_refused_claims_none_of_its_keys() -> None:
    organization = an_organization()
    flush([submission(organization, (1, "known"))])
    first, second = submission(organization, (1, "known"), (1, "new")), submission(organization, (1, "new"))
    # As if the second had come before the first.
    assert flush([first, second]) == [[0], []]
    assert set(UsageEvent.objects.values_list("transaction_id", flat=True)) == {"known", "new"}


@pytest.mark.django_db
def test_an_attempt_that_keeps_all_others_out_finds_what_is_known() -> None:
    organization = an_organization()
    flush([submission(organization, (1, "a"))])
    assert store_alone([submission(organization, (1, "a")), submission(organization, (1, "b"))]) == [[0], []]
    assert UsageEvent.objects.count() == 2


def test_after_duplicates_one_looks_first_for_a_while() -> None:
    caution = Caution()
    assert not caution.is_advised
    caution.learn(True)
    for _ in range(Caution.FLUSHES - 1):
        caution.learn(False)
        assert caution.is_advised
    caution.learn(False)
    assert not caution.is_advised


@pytest.mark.django_db
def test_a_request_with_a_known_key_does_not_spoil_the_others() -> None:
    organization, other = an_organization(), an_organization()
    flush([submission(organization, (1, "a"))])
    requests = [
        submission(organization, (1, "b"), (1, "a")),
        submission(other, (2, "a")),
        submission(organization, (1, "c")),
    ]
    assert flush(requests) == [[1], [], []]
    # One flush for each organization: the refused request left nothing.
    assert Counter(UsageFlush.objects.values_list("organization", flat=True)) == {organization.id: 2, other.id: 1}
    assert UsageEvent.objects.count() == 3


@pytest.fixture
def announced() -> Iterator[list[StoredFlush]]:
    found: list[StoredFlush] = []

    def receive(flushes: list[StoredFlush], **_: object) -> None:
        found.extend(flushes)

    events_ingested.connect(receive)
    yield found
    events_ingested.disconnect(receive)


@pytest.mark.django_db
def test_what_was_stored_is_announced_and_what_was_refused_is_not(announced: list[StoredFlush]) -> None:
    organization = an_organization()
    event = an_event()
    send(organization, event)
    with pytest.raises(ValidationFailed):
        send(organization, event, an_event())
    [only] = announced
    assert (only.organization_id, len(only.rows)) == (organization.id, 1)
    assert only.rows[0].transaction_id == event["transaction_id"]


@pytest.mark.django_db
def test_a_receiver_that_fails_undoes_the_flush() -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    events_ingested.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            send(an_organization(), an_event())
    finally:
        events_ingested.disconnect(fail)
    assert UsageEvent.objects.count() == 0


@pytest.mark.django_db
def test_known_keys_are_looked_up_by_the_whole_key_where_statistics_say_that_streams_are_short() -> None:
    """By the stream alone it would be all of its events for every key: minutes, once one of them is long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usage_event (stream_id, code_id, timestamp, flush_id, position, transaction_id, properties)"
            " SELECT n, n % 5, n, 1, n, 'transaction-' || n, '{}' FROM generate_series(1, 20000) AS n"
        )
        cursor.execute("ANALYZE usage_event")
        # Reading a whole table of this size at once is as good; a larger one leaves only an index.
        for way in ("hashjoin", "mergejoin", "seqscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        keys = [text_array(["1"] * 2_000), text_array([f"transaction-{n}" for n in range(2_000)])]
        cursor.execute(f"EXPLAIN {KNOWN}", keys)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(r"Index Cond: .*stream_id = .*transaction_id.* = ", plan), plan
