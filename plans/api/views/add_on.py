"""Add-ons over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from plans.api.inputs.add_on import AddOnInput
from plans.models import AddOn
from plans.queries import add_ons_of, reloaded_add_on
from plans.services.add_on import create_add_on, delete_add_on, update_add_on
from plans.wire.add_on import AddOnWire, add_on_wire, add_ons_wire


class AddOnsView(OrganizationAPIView):
    @operation("add_ons", AddOnWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("add_ons", add_ons_of(self.organization), add_ons_wire)

    @operation("add_on", AddOnWire, takes=AddOnInput)
    def post(self, request: Request) -> Response:
        return answer(self, create_add_on(organization=self.organization, at=self.at, **self.arguments(AddOnInput)))


class AddOnView(OrganizationAPIView):
    @operation("add_on", AddOnWire)
    def get(self, request: Request, code: str) -> Response:
        return answer(self, self.add_on(code))

    @operation("add_on", AddOnWire, takes=AddOnInput)
    def put(self, request: Request, code: str) -> Response:
        add_on = self.add_on(code)
        return answer(self, update_add_on(add_on=add_on, at=self.at, **self.arguments(AddOnInput, updating=True)))

    @operation("add_on", AddOnWire)
    def delete(self, request: Request, code: str) -> Response:
        return answer(self, delete_add_on(add_on=self.add_on(code), at=self.at))

    def add_on(self, code: str) -> AddOn:
        return find(add_ons_of(self.organization), "add_on", code=code)


def answer(view: OrganizationAPIView, add_on: AddOn) -> Response:
    return view.answer(add_on=add_on_wire(reloaded_add_on(add_on)))
