"""What coupons took off."""

from collections.abc import Iterable

from invoices.models import Credit


def coupon_credits(credits: Iterable[Credit]) -> list[tuple[str, int]]:
    """The name of each coupon among ``credits`` (``credits_for_wire``) and the cents that it took off, in order."""
    return [(credit.applied_coupon.coupon.name, credit.amount_cents) for credit in credits if credit.applied_coupon]
