"""What would be left of wallets if all usage were billed now (3-W7, 3-W8)."""

import pytest

from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import a_wallet

pytestmark = pytest.mark.django_db


def test_usage_lowers_the_ongoing_balance_and_leaves_the_balance_alone():
    organization = an_organization()
    customer = a_customer(organization, "acme")
    wallet = a_wallet(customer, granted_credits=10)
    plan = a_plan(organization, charges=[a_charge(a_metric(organization))])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    send(organization, an_event(value=3, external_subscription_id="sub"))
    bill(organization, at=instant("2024-01-02"))
    wallet.refresh_from_db()
    # 3 units at 1.00; the subscription fee is no usage
    assert (wallet.balance_cents, wallet.ongoing_usage_balance_cents, wallet.ongoing_balance_cents) == (1000, 300, 700)
