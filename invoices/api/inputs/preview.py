"""The body of a preview, which has no root object."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from customers.api.inputs.customer import CustomerInput
from plans.api.inputs.coupon import SMALLEST_RATE
from plans.models import CouponFrequency, CouponType
from plans.periods import BillingTime


class PreviewCustomerInput(CustomerInput):
    external_id = fields.Code(required=False, allow_blank=True)


class PreviewCouponInput(CommandInput):
    code = fields.Text()
    name = fields.Text()
    coupon_type = fields.Choice(CouponType)
    amount_cents = fields.Cents(min_value=1)
    amount_currency = fields.Currency()
    percentage_rate = fields.Number(max_digits=12, decimal_places=5, min_value=SMALLEST_RATE)
    frequency = fields.Choice(CouponFrequency)
    frequency_duration = fields.Whole(min_value=1)


class ExistingSubscriptionsInput(CommandInput):
    external_ids = fields.ListOf(fields.Text())
    plan_code = fields.Text()
    terminated_at = fields.Instant()


class PreviewInput(CommandInput):
    """A new subscription to ``plan_code``, or ``subscriptions`` that exist."""

    root_name = ""

    customer = PreviewCustomerInput()
    plan_code = fields.Text()
    billing_time = fields.Choice(BillingTime)
    subscription_at = fields.Instant()
    billing_entity_code = fields.Text()
    coupons = fields.ListOf(PreviewCouponInput())
    subscriptions = ExistingSubscriptionsInput()
