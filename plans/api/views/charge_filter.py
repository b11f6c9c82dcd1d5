"""The filters of a plan's charge over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from plans.api.cascade import cascades
from plans.api.inputs.charge import PlanChargeFilterInput
from plans.models import Charge, ChargeFilter
from plans.queries import charge_by_code, filters_of, plan_by_code
from plans.services.charge import create_charge_filter, delete_charge_filter, update_charge_filter
from plans.wire.charge import ChargeFilterWire, filter_wire, filters_wire


class PlanChargeFiltersView(OrganizationAPIView):
    @operation("filters", ChargeFilterWire, listed=True)
    def get(self, request: Request, code: str, charge_code: str) -> Response:
        return self.page("filters", filters_of(charge_of(self, code, charge_code)), filters_wire)

    @operation("filter", ChargeFilterWire, takes=PlanChargeFilterInput)
    def post(self, request: Request, code: str, charge_code: str) -> Response:
        charge = charge_of(self, code, charge_code)
        return answer(self, create_charge_filter(charge=charge, at=self.at, **self.arguments(PlanChargeFilterInput)))


class PlanChargeFilterView(OrganizationAPIView):
    @operation("filter", ChargeFilterWire)
    def get(self, request: Request, code: str, charge_code: str, filter_id: str) -> Response:
        return answer(self, self.filter(code, charge_code, filter_id))

    @operation("filter", ChargeFilterWire, takes=PlanChargeFilterInput)
    def put(self, request: Request, code: str, charge_code: str, filter_id: str) -> Response:
        found = self.filter(code, charge_code, filter_id)
        changes = self.arguments(PlanChargeFilterInput, updating=True)
        return answer(self, update_charge_filter(charge_filter=found, at=self.at, **changes))

    @operation("filter", ChargeFilterWire)
    def delete(self, request: Request, code: str, charge_code: str, filter_id: str) -> Response:
        found = self.filter(code, charge_code, filter_id)
        return answer(self, delete_charge_filter(charge_filter=found, at=self.at, cascade_updates=cascades(request)))

    def filter(self, code: str, charge_code: str, filter_id: str) -> ChargeFilter:
        filters = filters_of(charge_of(self, code, charge_code)).select_related("charge__plan")
        return find(filters, "charge_filter", pk=filter_id)


def charge_of(view: OrganizationAPIView, code: str, charge_code: str) -> Charge:
    return charge_by_code(plan_by_code(view.organization, code), charge_code)


def answer(view: OrganizationAPIView, charge_filter: ChargeFilter) -> Response:
    return view.answer(filter=filter_wire(charge_filter))
