"""The fast lane and Django's views answer every request alike, to the byte."""

import re
from urllib.request import urlopen

import pytest
from django.db import connection

from customers.services.api_key import create_api_key
from tests.platform.processes import running, wait_until
from tests.platform.test_serve import free_port, is_well
from tests.support.builders import an_organization
from tests.support.usage import a_metric
from tests.usage.fast_lane.corpus import CORPUS, GOOD
from tests.usage.fast_lane.wire import Case, Reply, ask

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_good_and_bad_requests_are_answered_alike_on_both_ways() -> None:
    organization = an_organization(sandbox=False)
    a_metric(organization, "computed", expression="event.properties.a * 2")
    _, key = create_api_key(organization=organization, at=organization.now())
    port = free_port()
    with running("serve", "--port", str(port), "--workers", "1") as server:
        wait_until(lambda: is_well(port))
        # Django learns the key: from now on the lane knows it.
        ask(port, Case("first", GOOD), key, chunked=True)
        differences = [found for case in CORPUS if (found := difference(port, case, key))]
        taken = requests_of_the_lane(port)
        server.terminate()
        server.wait(20)
    assert differences == []
    # All but those that are handed over: paths, methods, keys and hosts that are not usual, sizes.
    assert len(CORPUS) > 230
    assert taken > 190


def difference(port: int, case: Case, key: str) -> tuple[str, Reply, Reply] | None:
    ordinary, fast = (outcome(port, case, key, chunked=chunked) for chunked in (True, False))
    return None if ordinary == fast else (case.name, ordinary, fast)


def outcome(port: int, case: Case, key: str, *, chunked: bool) -> Reply:
    """The answer to a case that finds no event."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM usage_event")
    for earlier in case.before:
        assert ask(port, earlier, key, chunked=chunked).status == 200
    return ask(port, case, key, chunked=chunked)


def requests_of_the_lane(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        found = re.search(rb"meterbook_fast_lane_requests_total (\d+)", response.read())
    assert found is not None
    return int(found[1])
