"""The fixed charges of a subscription over the API, with the units that it has of them."""

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from plans.api.inputs.fixed_charge import SubscriptionFixedChargeInput
from plans.api.views.subscription_parts import SubscriptionPartsView
from plans.models import FixedCharge, Subscription
from plans.queries import fixed_charge_by_code, fixed_charges_of, last_units
from plans.services.subscription import change_subscription_fixed_charge
from plans.wire.fixed_charge import FixedChargeWire, fixed_charges_wire


class SubscriptionFixedChargesView(SubscriptionPartsView):
    @operation("fixed_charges", FixedChargeWire, listed=True)
    def get(self, request: Request, external_id: str) -> Response:
        subscription = self.subscription(external_id)
        wire = partial(fixed_charges_wire, own_units=last_units(subscription))
        return self.page("fixed_charges", fixed_charges_of(subscription.plan), wire)


class SubscriptionFixedChargeView(SubscriptionPartsView):
    @operation("fixed_charge", FixedChargeWire)
    def get(self, request: Request, external_id: str, fixed_charge_code: str) -> Response:
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
