"""The test clock of a sandbox over the API."""

from dataclasses import asdict
from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.api.wire import instant
from billing_site.kernel.errors import Forbidden
from invoices.api.inputs.test_clock import ClockInput
from invoices.services.test_clock import advance_test_clock


class ClockWire(TypedDict, total=False):
    now: str | None
    subscriptions_activated: int
    subscriptions_terminated: int
    invoices_created: int
    customers_failed: int
    invoices_finalized: int
    invoices_overdue: int


class TestClockView(OrganizationAPIView):
    @operation("test_clock", ClockWire)
    def get(self, request: Request) -> Response:
        if not self.organization.sandbox:
            raise Forbidden("not_a_sandbox")
        return self.answer(test_clock={"now": instant(self.at)})

    @operation("test_clock", ClockWire, takes=ClockInput)
    def put(self, request: Request) -> Response:
        if not self.organization.sandbox:
            raise Forbidden("not_a_sandbox")
        to = self.arguments(ClockInput)["now"]
        move = advance_test_clock(organization=self.organization, to=to)
        return self.answer(test_clock={"now": instant(move.now), **asdict(move.done)})
