"""The charges of a subscription and their filters over the API: its plan's until it has a plan of its own (S14)."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import find
from plans.api.inputs.charge import ChargeFilterInput, SubscriptionChargeInput
from plans.api.views import charge, charge_filter
from plans.api.views.subscription_parts import SubscriptionPartsView
from plans.models import Charge, ChargeFilter
from plans.queries import charge_by_code, charges_of, filters_of
from plans.services.subscription import (
    change_subscription_charge,
    create_subscription_filter,
    delete_subscription_filter,
    update_subscription_filter,
)
from plans.wire.charge import ChargeFilterWire, ChargeWire, charges_wire, filters_wire


class SubscriptionChargesView(SubscriptionPartsView):
    @operation("charges", ChargeWire, listed=True)
    def get(self, request: Request, external_id: str) -> Response:
        return self.page("charges", charges_of(self.subscription(external_id).plan), charges_wire)


class SubscriptionChargePartsView(SubscriptionPartsView):
    def charge(self, external_id: str, charge_code: str) -> Charge:
        return charge_by_code(self.subscription(external_id).plan, charge_code)

    def filter(self, external_id: str, charge_code: str, filter_id: str) -> ChargeFilter:
        filters = filters_of(self.charge(external_id, charge_code)).select_related("charge__plan")
        return find(filters, "charge_filter", pk=filter_id)


class SubscriptionChargeView(SubscriptionChargePartsView):
    @operation("charge", ChargeWire)
    def get(self, request: Request, external_id: str, charge_code: str) -> Response:
        return charge.answer(self, self.charge(external_id, charge_code))

    @operation("charge", ChargeWire, takes=SubscriptionChargeInput)
    def put(self, request: Request, external_id: str, charge_code: str) -> Response:
        changed = change_subscription_charge(
            subscription=self.subscription(external_id),
            charge=self.charge(external_id, charge_code),
            at=self.at,
            **self.arguments(SubscriptionChargeInput, updating=True),
        )
        return charge.answer(self, changed)


class SubscriptionChargeFiltersView(SubscriptionChargePartsView):
    @operation("filters", ChargeFilterWire, listed=True)
    def get(self, request: Request, external_id: str, charge_code: str) -> Response:
        return self.page("filters", filters_of(self.charge(external_id, charge_code)), filters_wire)

    @operation("filter", ChargeFilterWire, takes=ChargeFilterInput)
    def post(self, request: Request, external_id: str, charge_code: str) -> Response:
        created = create_subscription_filter(
            subscription=self.subscription(external_id),
            charge=self.charge(external_id, charge_code),
            at=self.at,
            **self.arguments(ChargeFilterInput),
        )
        return charge_filter.answer(self, created)


class SubscriptionChargeFilterView(SubscriptionChargePartsView):
    @operation("filter", ChargeFilterWire)
    def get(self, request: Request, external_id: str, charge_code: str, filter_id: str) -> Response:
        return charge_filter.answer(self, self.filter(external_id, charge_code, filter_id))

    @operation("filter", ChargeFilterWire, takes=ChargeFilterInput)
    def put(self, request: Request, external_id: str, charge_code: str, filter_id: str) -> Response:
        changed = update_subscription_filter(
            subscription=self.subscription(external_id),
            charge_filter=self.filter(external_id, charge_code, filter_id),
            at=self.at,
            **self.arguments(ChargeFilterInput, updating=True),
        )
        return charge_filter.answer(self, changed)

    @operation("filter", ChargeFilterWire)
    def delete(self, request: Request, external_id: str, charge_code: str, filter_id: str) -> Response:
        found = self.filter(external_id, charge_code, filter_id)
        subscription = self.subscription(external_id)
        return charge_filter.answer(
            self, delete_subscription_filter(subscription=subscription, charge_filter=found, at=self.at)
        )
