"""Coupons over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from plans.api.inputs.coupon import CouponInput
from plans.models import Coupon
from plans.queries import coupons_for_wire, live_coupons, reloaded_coupon
from plans.services.coupon import create_coupon, delete_coupon, update_coupon
from plans.wire.coupon import CouponWire, coupon_wire, coupons_wire


class CouponsView(OrganizationAPIView):
    @operation("coupons", CouponWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("coupons", coupons_for_wire(live_coupons(self.organization)), coupons_wire)

    @operation("coupon", CouponWire, takes=CouponInput)
    def post(self, request: Request) -> Response:
        return answer(self, create_coupon(organization=self.organization, at=self.at, **self.arguments(CouponInput)))


class CouponView(OrganizationAPIView):
    @operation("coupon", CouponWire)
    def get(self, request: Request, code: str) -> Response:
        return answer(self, self.coupon(code))

    @operation("coupon", CouponWire, takes=CouponInput)
    def put(self, request: Request, code: str) -> Response:
        coupon = self.coupon(code)
        return answer(self, update_coupon(coupon=coupon, at=self.at, **self.arguments(CouponInput, updating=True)))

    @operation("coupon", CouponWire)
    def delete(self, request: Request, code: str) -> Response:
        return answer(self, delete_coupon(coupon=self.coupon(code), at=self.at))

    def coupon(self, code: str) -> Coupon:
        return find(live_coupons(self.organization), "coupon", code=code)


def answer(view: OrganizationAPIView, coupon: Coupon) -> Response:
    return view.answer(coupon=coupon_wire(reloaded_coupon(coupon)))
