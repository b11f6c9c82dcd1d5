"""Which requests take the fast lane: posted events of live organizations whose key this process knows.

All others are Django's: other methods and paths, unknown keys (Django answers them, or learns them), sandboxes, which
do queued work before they answer, and what is unusual about a request.
"""

from functools import lru_cache
from typing import Protocol

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from billing_site.front.request import ClientGone, read_body
from billing_site.front.response import send_whole
from billing_site.front.types import Receive, Scope, Send
from billing_site.kernel.clock import wall_now
from billing_site.kernel.errors import BillingError
from customers.credentials import Credential, presented_key, remembered
from usage.api.fast_lane import metrics
from usage.api.fast_lane.answers import OVERLOADED, answer_of, headers_of, overloaded
from usage.api.fast_lane.group_commit import GroupCommit
from usage.api.fast_lane.routes import ROUTES, Route
from usage.api.fast_lane.settle import Arrival, Outcome, settle

# A larger body is too long a piece of work for the loop that serves everybody.
LARGEST_BODY = 1024 * 1024
MOST_EVENTS_A_FLUSH = 10_000
# Decoded, a body takes about six times its size.
MOST_WAITING_BYTES = 16 * 1024 * 1024

_READ = frozenset({b"authorization", b"host", b"content-length"})


class Site(Protocol):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class FastLane:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.commits: GroupCommit[Arrival, Outcome] = GroupCommit(
            settle,
            most_size=MOST_EVENTS_A_FLUSH,
            most_bytes=MOST_WAITING_BYTES,
            watch=metrics.WAITING_BYTES.set,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = ROUTES.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        credential = credential_of(scope) if route else None
        if route is None or credential is None or credential.is_sandbox:
            await self.site(scope, receive, send)
        elif self.commits.is_full:
            await refuse_for_now(route, send)
        else:
            await self._take(route, credential, receive, send)

    async def _take(self, route: Route, credential: Credential, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive)
        except ClientGone:
            return
        arrival = arrived(route, credential, body)
        outcome = await self.commits.outcome(arrival, size=len(arrival.events), bytes=len(body))
        answer = answer_of(outcome, route, credential.organization_id)
        await send_whole(send, answer.status, headers_of(answer, route), answer.body)


def arrived(route: Route, credential: Credential, body: bytes) -> Arrival:
    try:
        return Arrival(credential, route.decode(body, wall_now()))
    except BillingError as refusal:
        return Arrival(credential, [], refusal)


async def refuse_for_now(route: Route, send: Send) -> None:
    metrics.OVERLOADED.inc()
    answer = overloaded()
    await send_whole(send, answer.status, [*headers_of(answer, route), *OVERLOADED], answer.body)


def credential_of(scope: Scope) -> Credential | None:
    """Of a request of the usual form: one key, our host, a body of a known and modest length, and no session."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _READ and name in headers:
            return None
        headers[name] = value
    length, host = headers.get(b"content-length", b""), headers.get(b"host", b"")
    if b"cookie" in headers or not length.isdigit() or int(length) > LARGEST_BODY:
        return None
    if not is_our_host(host.decode("latin-1")):
        return None
    key = presented_key(headers.get(b"authorization", b"").decode("latin-1"))
    return remembered(key) if key else None


@lru_cache(maxsize=1024)
def is_our_host(host: str) -> bool:
    request = HttpRequest()
    request.META = {"HTTP_HOST": host}
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return bool(host)
