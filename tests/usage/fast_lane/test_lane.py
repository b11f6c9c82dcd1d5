"""Which requests take the lane, driven by plain ASGI messages."""

import json

import pytest
from pytest import MonkeyPatch

from billing_site.front.types import Message, Receive, Scope, Send
from customers.models import Organization
from tests.support.api import ApiClient
from tests.support.asynchronous import run_apart
from tests.support.builders import an_organization
from tests.support.usage import an_event
from usage.api.fast_lane import FastLane, lane
from usage.models import UsageEvent

pytestmark = pytest.mark.django_db(transaction=True)

BODY = json.dumps({"event": an_event()}).encode()


class Django:
    """Stands behind the lane and counts what is handed over to it."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1


def known_key(organization: Organization) -> str:
    api = ApiClient(organization)
    api.get("/events")
    return api.key


def post(key: str, site: Django, **changes: object) -> list[Message]:
    """What the lane itself answers."""
    sent: list[Message] = []
    headers = {"host": "localhost", "authorization": f"Bearer {key}", "content-length": str(len(BODY)), **changes}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/events",
        "headers": [(name.encode(), str(value).encode()) for name, value in headers.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    run_apart(FastLane(site)(scope, receive, send))
    return sent


def test_an_event_of_a_live_organization_takes_the_lane() -> None:
    site = Django()
    start, _ = post(known_key(an_organization(sandbox=False)), site)
    assert (start["status"], site.calls, UsageEvent.objects.count()) == (200, 0, 1)


@pytest.mark.parametrize("changes", [{"cookie": "a=b"}, {"content-length": 10**8}])
def test_what_is_unusual_is_handed_over(changes: dict[str, object]) -> None:
    site = Django()
    assert post(known_key(an_organization(sandbox=False)), site, **changes) == []
    assert site.calls == 1


def test_an_event_of_a_sandbox_is_handed_over() -> None:
    site = Django()
    assert post(known_key(an_organization()), site) == []
    assert site.calls == 1


def test_too_much_that_waits_is_told_with_a_time_to_come_again(monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "MOST_WAITING_BYTES", 0)
    start, body = post(known_key(an_organization(sandbox=False)), Django())
    headers = dict(start["headers"])
    assert (start["status"], headers[b"retry-after"], headers[b"x-ratelimit-reset"]) == (429, b"1", b"1")
    assert json.loads(body["body"]) == {"status": 429, "error": "Too Many Requests", "code": "too_many_requests"}
    assert UsageEvent.objects.count() == 0
