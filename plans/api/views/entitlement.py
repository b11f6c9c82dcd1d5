"""What plans and subscriptions entitle to, over the API (E2, E3)."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.errors import NotFound
from plans.api.inputs.feature import EntitlementsInput
from plans.api.views.subscription_parts import SubscriptionPartsView
from plans.models import Plan, Subscription
from plans.queries import Entitled, plan_by_code, plan_entitlements, subscription_entitlements
from plans.services.entitlement import (
    remove_plan_feature,
    remove_plan_privilege,
    remove_subscription_feature,
    remove_subscription_privilege,
    set_plan_entitlements,
    set_subscription_entitlements,
)
from plans.wire.feature import (
    PlanEntitlementWire,
    SubscriptionEntitlementWire,
    plan_entitlement_wire,
    subscription_entitlement_wire,
)


class PlanEntitlementsView(OrganizationAPIView):
    @operation("entitlements", PlanEntitlementWire)
    def get(self, request: Request, code: str) -> Response:
        return self.all_of(plan_by_code(self.organization, code))

    @operation("entitlements", PlanEntitlementWire, takes=EntitlementsInput)
    def post(self, request: Request, code: str) -> Response:
        return self.set(plan_by_code(self.organization, code), replaces=True)

    @operation("entitlements", PlanEntitlementWire, takes=EntitlementsInput)
    def patch(self, request: Request, code: str) -> Response:
        return self.set(plan_by_code(self.organization, code), replaces=False)

    def set(self, plan: Plan, *, replaces: bool) -> Response:
        set_plan_entitlements(plan=plan, at=self.at, replaces=replaces, **self.arguments(EntitlementsInput))
        return self.all_of(plan)

    def all_of(self, plan: Plan) -> Response:
        return self.answer(entitlements=[plan_entitlement_wire(each) for each in plan_entitlements(plan)])


class PlanEntitlementView(OrganizationAPIView):
    @operation("entitlement", PlanEntitlementWire)
    def get(self, request: Request, code: str, feature_code: str) -> Response:
        plan = plan_by_code(self.organization, code)
        return self.answer(entitlement=plan_entitlement_wire(entitled_to(plan, feature_code)))

    @operation("entitlement", PlanEntitlementWire)
    def delete(self, request: Request, code: str, feature_code: str) -> Response:
        plan = plan_by_code(self.organization, code)
        shown = plan_entitlement_wire(entitled_to(plan, feature_code))
        remove_plan_feature(plan=plan, feature_code=feature_code)
        return self.answer(entitlement=shown)


class PlanPrivilegeView(OrganizationAPIView):
    @operation("entitlement", PlanEntitlementWire)
    def delete(self, request: Request, code: str, feature_code: str, privilege_code: str) -> Response:
        plan = plan_by_code(self.organization, code)
        remove_plan_privilege(plan=plan, feature_code=feature_code, privilege_code=privilege_code)
        return self.answer(entitlement=plan_entitlement_wire(entitled_to(plan, feature_code)))


class SubscriptionEntitlementsView(SubscriptionPartsView):
    @operation("entitlements", SubscriptionEntitlementWire)
    def get(self, request: Request, external_id: str) -> Response:
        return all_of(self, self.subscription(external_id))

    @operation("entitlements", SubscriptionEntitlementWire, takes=EntitlementsInput)
    def patch(self, request: Request, external_id: str) -> Response:
        subscription = self.subscription(external_id)
        wanted = self.arguments(EntitlementsInput)
        set_subscription_entitlements(subscription=subscription, at=self.at, **wanted)
        return all_of(self, subscription)


class SubscriptionEntitlementView(SubscriptionPartsView):
    @operation("entitlements", SubscriptionEntitlementWire)
    def delete(self, request: Request, external_id: str, feature_code: str) -> Response:
        subscription = self.subscription(external_id)
        remove_subscription_feature(subscription=subscription, feature_code=feature_code, at=self.at)
        return all_of(self, subscription)


class SubscriptionPrivilegeView(SubscriptionPartsView):
    @operation("entitlements", SubscriptionEntitlementWire)
    def delete(self, request: Request, external_id: str, feature_code: str, privilege_code: str) -> Response:
        subscription = self.subscription(external_id)
        remove_subscription_privilege(
            subscription=subscription, feature_code=feature_code, privilege_code=privilege_code, at=self.at
        )
        return all_of(self, subscription)


def entitled_to(plan: Plan, feature_code: str) -> Entitled:
    for each in plan_entitlements(plan):
        if each.feature.code == feature_code:
            return each
    raise NotFound("entitlement")


def all_of(view: OrganizationAPIView, subscription: Subscription) -> Response:
    entitled = subscription_entitlements(subscription)
    return view.answer(entitlements=[subscription_entitlement_wire(each) for each in entitled])
