"""The fixed charges of a subscription over the API, with the units that it has of them."""

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from plans.api.inputs.fixed_charge import SubscriptionFixedChargeInput
from plans.models import FixedCharge, Subscription, SubscriptionStatus
from plans.queries import fixed_charge_by_code, fixed_charges_of, last_units, subscription_by_external_id
from plans.services.subscription import change_subscription_fixed_charge
from plans.wire.fixed_charge import FixedChargeWire, fixed_charges_wire


class SubscriptionFixedChargesView(OrganizationAPIView):
    @operation("fixed_charges", FixedChargeWire, listed=True)
    def get(self, request: Request, external_id: str) -> Response:
        subscription = self.subscription(external_id)
        wire = partial(fixed_charges_wire, own_units=last_units(subscription))
        return self.page("fixed_charges", fixed_charges_of(subscription.plan), wire)

    def subscription(self, external_id: str) -> Subscription:
        """The active one unless ``?subscription_status=`` says otherwise."""
        status = self.request.query_params.get("subscription_status") or SubscriptionStatus.ACTIVE
        return subscription_by_external_id(self.organization, external_id, status)


class SubscriptionFixedChargeView(SubscriptionFixedChargesView):
    @operation("fixed_charge", FixedChargeWire)
    def get(self, request: Request, external_id: str, fixed_charge_code: str) -> Response:  # type: ignore[override]
        subscription = self.subscription(external_id)
        return self.shown(subscription, fixed_charge_by_code(subscription.plan, fixed_charge_code))

    @operation("fixed_charge", FixedChargeWire, takes=SubscriptionFixedChargeInput)
    def put(self, request: Request, external_id: str, fixed_charge_code: str) -> Response:
        subscription = self.subscription(external_id)
        found = fixed_charge_by_code(subscription.plan, fixed_charge_code)
        changes = self.arguments(SubscriptionFixedChargeInput, updating=True)
        changed = change_subscription_fixed_charge(subscription=subscription, fixed_charge=found, at=self.at, **changes)
        return self.shown(changed, fixed_charge_by_code(changed.plan, found.code))

    def shown(self, subscription: Subscription, fixed_charge: FixedCharge) -> Response:
        (wire,) = fixed_charges_wire([fixed_charge], last_units(subscription))
        return self.answer(fixed_charge=wire)
