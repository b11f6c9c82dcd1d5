"""Coupons and previews through lago-python-client, unchanged."""

import pytest
from lago_python_client.client import Client
from lago_python_client.exceptions import LagoApiError
from lago_python_client.models import (
    AppliedCoupon,
    Coupon,
    Customer,
    InvoicePreview,
    LimitationConfiguration,
    Plan,
    Subscription,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lago(account) -> Client:
    client = Client(api_key=account.api_key, api_url=account.url)
    client.customers.create(Customer(external_id="acme", name="Acme", currency="EUR"))
    client.plans.create(
        Plan(name="Basic", code="basic", interval="monthly", amount_cents=3000, amount_currency="EUR", charges=[])
    )
    client.coupons.create(
        Coupon(
            name="Welcome",
            code="welcome",
            coupon_type="fixed_amount",
            amount_cents=5000,
            amount_currency="EUR",
            frequency="once",
            expiration="no_expiration",
            reusable=False,
            applies_to=LimitationConfiguration(plan_codes=["basic"]),
        )
    )
    return client


def test_a_coupon_is_applied_previewed_used_and_taken_off(lago, account):
    assert lago.coupons.find("welcome").plan_codes == ["basic"]
    given = AppliedCoupon(external_customer_id="acme", coupon_code="welcome")
    applied = lago.applied_coupons.create(given)
    assert (applied.status, applied.amount_cents_remaining) == ("active", 5000)
    with pytest.raises(LagoApiError) as refused:
        lago.applied_coupons.create(given)
    assert refused.value.response["error_details"] == {"coupon": ["coupon_is_not_reusable"]}

    supposed = InvoicePreview(plan_code="basic", billing_time="calendar", customer=Customer(external_id="acme"))
    preview = lago.invoices.preview(supposed)
    assert (preview.fees_amount_cents, preview.coupons_amount_cents, preview.total_amount_cents) == (3000, 3000, 0)
    assert lago.subscriptions.find_all()["subscriptions"] == []

    lago.subscriptions.create(Subscription(external_customer_id="acme", plan_code="basic", external_id="sub"))
    account.move_clock("2024-02-01T00:00:00Z")
    (invoice,) = lago.invoices.find_all()["invoices"]
    (credit,) = lago.invoices.find(invoice.lago_id).credits.__root__
    assert (credit.amount_cents, credit.item.code, credit.before_taxes) == (3000, "welcome", True)
    (used,) = lago.applied_coupons.find_all({"external_customer_id": "acme"})["applied_coupons"]
    assert used.amount_cents_remaining == 2000

    assert lago.applied_coupons.destroy("acme", applied.lago_id).status == "terminated"
    assert lago.coupons.destroy("welcome").code == "welcome"
