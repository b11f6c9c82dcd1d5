"""Two that draw on the same credits at the same moment, each on a connection of its own."""

import pytest

from billing_site.kernel.errors import BillingError
from invoices.models import Invoice
from invoices.services.invoice import finalize_invoice
from invoices.services.wallet.top_up import create_wallet_transactions
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.parallel import at_once
from tests.support.plans import a_plan, a_subscription
from tests.support.wallets import a_wallet, grant

pytestmark = pytest.mark.django_db(transaction=True)

MARCH = instant("2024-03-02")


def test_two_invoices_finalized_at_once_never_overdraw():
    organization = an_organization()
    customer = a_customer(organization, "acme", invoice_grace_period=90)
    a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    wallet = a_wallet(customer, granted_credits=40)
    bill(organization, at=MARCH)
    january, february = Invoice.objects.filter(customer=customer).order_by("billed_at")
    at_once(
        lambda: finalize_invoice(invoice=january, at=MARCH),
        lambda: finalize_invoice(invoice=february, at=MARCH),
    )
    wallet.refresh_from_db()
    paid = list(Invoice.objects.filter(customer=customer).values_list("prepaid_credit_amount_cents", flat=True))
    # 30.00 each, 40.00 there: the first takes 30.00, the second the rest
    assert (wallet.balance_cents, sorted(paid)) == (0, [1000, 3000])


def test_of_two_voids_at_once_one_finds_too_little():
    wallet = a_wallet(a_customer(an_organization()), name="w")
    grant(wallet, 10)
    organization = wallet.organization

    def void():
        return create_wallet_transactions(
            organization=organization, wallet_id=wallet.id, at=organization.now(), voided_credits=wallet.rate_amount * 7
        )

    outcomes = at_once(void, void)
    assert sum(isinstance(outcome, BillingError) for outcome in outcomes) == 1
    wallet.refresh_from_db()
    assert wallet.balance_cents == 300
