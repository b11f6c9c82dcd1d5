"""Plans over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from plans.api.inputs.plan import PlanInput
from plans.models import Plan
from plans.queries import live_plans, plan_by_code, reloaded_plan, with_charges
from plans.services.plan import create_plan, delete_plan, update_plan
from plans.wire.plan import PlanWire, plan_wire, plans_wire


class PlansView(OrganizationAPIView):
    @operation("plans", PlanWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("plans", with_charges(live_plans(self.organization)), plans_wire)

    @operation("plan", PlanWire, takes=PlanInput)
    def post(self, request: Request) -> Response:
        return answer(self, create_plan(organization=self.organization, at=self.at, **self.arguments(PlanInput)))


class PlanView(OrganizationAPIView):
    @operation("plan", PlanWire)
    def get(self, request: Request, code: str) -> Response:
        return answer(self, plan_by_code(self.organization, code))

    @operation("plan", PlanWire, takes=PlanInput)
    def put(self, request: Request, code: str) -> Response:
        plan = plan_by_code(self.organization, code)
        return answer(self, update_plan(plan=plan, at=self.at, **self.arguments(PlanInput, updating=True)))

    @operation("plan", PlanWire)
    def delete(self, request: Request, code: str) -> Response:
        return answer(self, delete_plan(plan=plan_by_code(self.organization, code), at=self.at))


def answer(view: OrganizationAPIView, plan: Plan) -> Response:
    return view.answer(plan=plan_wire(reloaded_plan(plan)))
