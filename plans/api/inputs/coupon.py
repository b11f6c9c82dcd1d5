"""The bodies of a coupon and of its application."""

from decimal import Decimal

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from plans.models import CouponExpiration, CouponFrequency, CouponType

SMALLEST_RATE = Decimal("0.00001")


class LimitsInput(CommandInput):
    plan_codes = fields.ListOf(fields.Text())
    billable_metric_codes = fields.ListOf(fields.Text())


class CouponInput(CommandInput):
    root_name = "coupon"

    name = fields.Text(required=True)
    code = fields.Code()
    description = fields.Text(max_length=None)
    coupon_type = fields.Choice(CouponType, required=True)
    amount_cents = fields.Cents(min_value=1, allow_null=True)
    amount_currency = fields.Currency()
    percentage_rate = fields.Number(max_digits=12, decimal_places=5, min_value=SMALLEST_RATE, allow_null=True)
    frequency = fields.Choice(CouponFrequency, required=True)
    frequency_duration = fields.Whole(min_value=1, allow_null=True)
    expiration = fields.Choice(CouponExpiration, required=True)
    expiration_at = fields.Instant(allow_null=True)
    reusable = fields.Flag()
    applies_to = LimitsInput()


class AppliedCouponInput(CommandInput):
    root_name = "applied_coupon"

    external_customer_id = fields.Code(max_length=None)
    coupon_code = fields.Code(max_length=None)
    amount_cents = fields.Cents(min_value=1)
    amount_currency = fields.Currency()
    percentage_rate = fields.Number(max_digits=12, decimal_places=5, min_value=SMALLEST_RATE)
    frequency = fields.Choice(CouponFrequency)
    frequency_duration = fields.Whole(min_value=1)
