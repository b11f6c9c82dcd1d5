"""The charges of a plan over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from plans.api.cascade import cascades
from plans.api.inputs.charge import PlanChargeInput
from plans.models import Charge
from plans.queries import charge_by_code, charges_of, plan_by_code, reloaded_charge
from plans.services.charge import create_charge, delete_charge, update_charge
from plans.wire.charge import ChargeWire, charge_wire, charges_wire


class PlanChargesView(OrganizationAPIView):
    @operation("charges", ChargeWire, listed=True)
    def get(self, request: Request, code: str) -> Response:
        return self.page("charges", charges_of(plan_by_code(self.organization, code)), charges_wire)

    @operation("charge", ChargeWire, takes=PlanChargeInput)
    def post(self, request: Request, code: str) -> Response:
        plan = plan_by_code(self.organization, code)
        return answer(self, create_charge(plan=plan, at=self.at, **self.arguments(PlanChargeInput)))


class PlanChargeView(OrganizationAPIView):
    @operation("charge", ChargeWire)
    def get(self, request: Request, code: str, charge_code: str) -> Response:
        return answer(self, self.charge(code, charge_code))

    @operation("charge", ChargeWire, takes=PlanChargeInput)
    def put(self, request: Request, code: str, charge_code: str) -> Response:
        charge = self.charge(code, charge_code)
        return answer(self, update_charge(charge=charge, at=self.at, **self.arguments(PlanChargeInput, updating=True)))

    @operation("charge", ChargeWire)
    def delete(self, request: Request, code: str, charge_code: str) -> Response:
        found = self.charge(code, charge_code)
        charge = delete_charge(charge=found, at=self.at, cascade_updates=cascades(request))
        return self.answer(charge=charge_wire(charge))

    def charge(self, code: str, charge_code: str) -> Charge:
        return charge_by_code(plan_by_code(self.organization, code), charge_code)


def answer(view: OrganizationAPIView, charge: Charge) -> Response:
    return view.answer(charge=charge_wire(reloaded_charge(charge)))
