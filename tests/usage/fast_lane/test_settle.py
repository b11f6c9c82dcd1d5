"""Requests that share a flush: each is answered for itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.errors import Unauthorized
from customers.credentials import Credential, remembered
from customers.models import ApiKey, Organization
from customers.services.api_key import create_api_key, revoke_api_key
from tests.support.api import ApiClient
from tests.support.builders import START, an_organization
from tests.support.usage import a_metric
from usage.api.fast_lane.settle import Arrival, Stored, settle
from usage.ingest import IngestedEvent
from usage.models import UsageEvent, UsageFlush
from usage.signals import events_ingested

pytestmark = pytest.mark.django_db(transaction=True)


def credential(organization: Organization) -> Credential:
    key, _ = create_api_key(organization=organization, at=START)
    return Credential(key.id, organization.id, False)


def arrival(who: Credential, *transaction_ids: str, properties: bytes = b"{}", code: str = "tokens") -> Arrival:
    return Arrival(who, [IngestedEvent(each, "sub", code, 0, None, properties) for each in transaction_ids])


def refusals(*arrivals: Arrival) -> list[Any]:
    """For each request why it was refused; {} if it was stored."""
    return [each.computed.refused if isinstance(each, Stored) else type(each) for each in settle(arrivals)]


def stored() -> set[str]:
    return set(UsageEvent.objects.values_list("transaction_id", flat=True))


def test_requests_of_several_organizations_share_a_flush() -> None:
    first, second = credential(an_organization(sandbox=False)), credential(an_organization(sandbox=False))
    assert refusals(arrival(first, "a", "b"), arrival(second, "a"), arrival(first, "c")) == [{}, {}, {}]
    assert sorted(UsageFlush.objects.values_list("events_count", flat=True)) == [1, 3]


def test_a_request_with_known_events_is_refused_alone() -> None:
    who = credential(an_organization(sandbox=False))
    settle([arrival(who, "a")])
    exists = {"transaction_id": ["value_already_exist"]}
    assert refusals(arrival(who, "b", "a"), arrival(who, "c")) == [{1: exists}, {}]
    assert stored() == {"a", "c"}


def test_what_the_table_cannot_hold_is_refused_alone() -> None:
    who = credential(an_organization(sandbox=False))
    huge = arrival(who, "huge", properties=b'{"a": 1e200000}')
    assert refusals(arrival(who, "a"), huge, arrival(who, "b")) == [{}, {0: {"properties": ["value_is_invalid"]}}, {}]
    assert stored() == {"a", "b"}


def test_what_cannot_be_computed_is_refused_alone() -> None:
    organization = an_organization(sandbox=False)
    a_metric(organization, "computed", expression="event.properties.a * 2")
    who = credential(organization)
    assert refusals(arrival(who, "a", code="computed"), arrival(who, "b")) == [{0: {"event": ["invalid_event"]}}, {}]


def test_a_revoked_key_is_refused_at_once_and_alone() -> None:
    organization = an_organization(sandbox=False)
    valid, revoked = credential(organization), credential(organization)
    revoke_api_key(api_key=ApiKey.objects.get(id=revoked.api_key_id), at=START)
    assert refusals(arrival(revoked, "a"), arrival(valid, "b")) == [Unauthorized, {}]
    assert stored() == {"b"}


@pytest.fixture
def refused_by_a_receiver() -> Iterator[str]:
    def fail(flushes: Any, **_: Any) -> None:
        if any(row.transaction_id == "poison" for flush in flushes for row in flush.rows):
            raise RuntimeError

    events_ingested.connect(fail)
    yield "poison"
    events_ingested.disconnect(fail)


def test_a_fault_is_narrowed_down_to_the_request_that_has_it(refused_by_a_receiver: str) -> None:
    who = credential(an_organization(sandbox=False))
    names = ["a", "b", refused_by_a_receiver, "c", "d"]
    assert refusals(*(arrival(who, name) for name in names)) == [{}, {}, RuntimeError, {}, {}]
    assert stored() == {"a", "b", "c", "d"}


def test_the_number_of_statements_does_not_depend_on_the_requests() -> None:
    owners = [credential(an_organization(sandbox=False)) for _ in range(3)]
    settle([arrival(who, "first") for who in owners])

    def statements(*arrivals: Arrival) -> int:
        with CaptureQueriesContext(connection) as captured:
            settle(arrivals)
        return len(captured)

    one = statements(arrival(owners[0], "one"))
    many = statements(*(arrival(who, f"{number}") for who in owners for number in range(5)))
    assert one == many


def test_a_key_is_known_once_it_has_opened_its_organization() -> None:
    api = ApiClient(an_organization())
    assert remembered(api.key) is None
    api.get("/events")
    known = remembered(api.key)
    assert known is not None
    assert (known.organization_id, known.is_sandbox) == (api.organization.id, True)
