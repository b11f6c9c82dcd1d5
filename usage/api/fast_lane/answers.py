"""Answers as Django gives them: the same bytes below the same headers."""

from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from rest_framework.renderers import JSONRenderer

from billing_site.front.response import Headers
from billing_site.kernel.api.errors import exception_handler
from billing_site.kernel.errors import TooManyRequests
from usage.api.fast_lane.routes import Route
from usage.api.fast_lane.settle import Outcome, Stored

# After that long a flush or two are through. The published clients look at the second header.
RETRY_SECONDS = b"1"
OVERLOADED: Headers = [(b"retry-after", RETRY_SECONDS), (b"x-ratelimit-reset", RETRY_SECONDS)]


_FRAMES = (b"x-frame-options", settings.X_FRAME_OPTIONS.encode())
_POLICIES = (
    # Django's middleware has looked for a session on the way.
    (b"vary", b"Cookie"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
    (b"cross-origin-opener-policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY.encode()),
)


class Answer(NamedTuple):
    status: int
    body: bytes


def answer_of(outcome: Outcome, route: Route, organization_id: UUID) -> Answer:
    if not isinstance(outcome, Stored):
        return refused(outcome)
    if outcome.computed.refused:
        return refused(route.refusal(outcome.computed.refused))
    return Answer(200, route.answer(outcome.computed.events, organization_id, outcome.at))


def refused(failure: Exception) -> Answer:
    response = exception_handler(failure, {})
    return Answer(response.status_code, JSONRenderer().render(response.data))


def overloaded() -> Answer:
    return refused(TooManyRequests("too_many_requests"))


def headers_of(answer: Answer, route: Route) -> Headers:
    """Those that Django's middleware gives to every answer of the API, in its order."""
    return [
        (b"content-type", b"application/json"),
        (b"allow", route.allow),
        _FRAMES,
        (b"content-length", b"%d" % len(answer.body)),
        *_POLICIES,
    ]
