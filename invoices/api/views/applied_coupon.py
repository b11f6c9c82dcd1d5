"""Coupons applied to customers over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.queries import customers_of
from invoices.api.filters import AppliedCouponFilters
from invoices.queries import applied_coupons_of
from invoices.wire.applied_coupon import AppliedCouponWire, applied_coupon_wire, applied_coupons_wire
from plans.api.inputs.coupon import AppliedCouponInput
from plans.models import AppliedCoupon
from plans.services.applied_coupon import apply_coupon, terminate_applied_coupon


class AppliedCouponsView(OrganizationAPIView):
    @operation("applied_coupons", AppliedCouponWire, filters=AppliedCouponFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(AppliedCouponFilters, applied_coupons_of(self.organization))
        return self.page("applied_coupons", found, applied_coupons_wire)

    @operation("applied_coupon", AppliedCouponWire, takes=AppliedCouponInput)
    def post(self, request: Request) -> Response:
        terms = self.arguments(AppliedCouponInput)
        return answer(self, apply_coupon(organization=self.organization, at=self.at, **terms))


class CustomerAppliedCouponsView(OrganizationAPIView):
    @operation("applied_coupons", AppliedCouponWire, filters=AppliedCouponFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        found = self.filtered(AppliedCouponFilters, applied_coupons_of(self.organization).filter(customer=customer))
        return self.page("applied_coupons", found, applied_coupons_wire)


class CustomerAppliedCouponView(OrganizationAPIView):
    @operation("applied_coupon", AppliedCouponWire)
    def delete(self, request: Request, external_customer_id: str, lago_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        own = applied_coupons_of(self.organization).filter(customer=customer)
        applied = find(own, "applied_coupon", id=lago_id)
        return answer(self, terminate_applied_coupon(applied_coupon=applied, at=self.at))


def answer(view: OrganizationAPIView, applied: AppliedCoupon) -> Response:
    shown = applied_coupons_of(view.organization).get(id=applied.id)
    return view.answer(applied_coupon=applied_coupon_wire(shown))
