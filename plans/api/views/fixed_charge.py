"""The fixed charges of a plan over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from plans.api.cascade import cascades
from plans.api.inputs.fixed_charge import PlanFixedChargeInput
from plans.models import FixedCharge
from plans.queries import fixed_charge_by_code, fixed_charges_of, plan_by_code, reloaded_fixed_charge
from plans.services.fixed_charge import create_fixed_charge, delete_fixed_charge, update_fixed_charge
from plans.wire.fixed_charge import FixedChargeWire, fixed_charge_wire, fixed_charges_wire


class PlanFixedChargesView(OrganizationAPIView):
    @operation("fixed_charges", FixedChargeWire, listed=True)
    def get(self, request: Request, code: str) -> Response:
        return self.page("fixed_charges", fixed_charges_of(plan_by_code(self.organization, code)), fixed_charges_wire)

    @operation("fixed_charge", FixedChargeWire, takes=PlanFixedChargeInput)
    def post(self, request: Request, code: str) -> Response:
        plan = plan_by_code(self.organization, code)
        return answer(self, create_fixed_charge(plan=plan, at=self.at, **self.arguments(PlanFixedChargeInput)))


class PlanFixedChargeView(OrganizationAPIView):
    @operation("fixed_charge", FixedChargeWire)
    def get(self, request: Request, code: str, fixed_charge_code: str) -> Response:
        return answer(self, self.fixed_charge(code, fixed_charge_code))

    @operation("fixed_charge", FixedChargeWire, takes=PlanFixedChargeInput)
    def put(self, request: Request, code: str, fixed_charge_code: str) -> Response:
        found = self.fixed_charge(code, fixed_charge_code)
        changes = self.arguments(PlanFixedChargeInput, updating=True)
        return answer(self, update_fixed_charge(fixed_charge=found, at=self.at, **changes))

    @operation("fixed_charge", FixedChargeWire)
    def delete(self, request: Request, code: str, fixed_charge_code: str) -> Response:
        found = self.fixed_charge(code, fixed_charge_code)
        return answer(self, delete_fixed_charge(fixed_charge=found, at=self.at, cascade_updates=cascades(request)))

    def fixed_charge(self, code: str, fixed_charge_code: str) -> FixedCharge:
        return fixed_charge_by_code(plan_by_code(self.organization, code), fixed_charge_code)


def answer(view: OrganizationAPIView, fixed_charge: FixedCharge) -> Response:
    return view.answer(fixed_charge=fixed_charge_wire(reloaded_fixed_charge(fixed_charge)))
