"""Many customers and subscriptions at once, for tests and benchmarks of batches."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from billing_site.kernel.ids import uuid7
from customers.models import Customer, Organization
from invoices.models import TransactionKind, TransactionType, Wallet, WalletTransaction, WalletTransactionStatus
from plans.models import AppliedCoupon, Coupon, Plan, Subscription, SubscriptionStatus
from plans.periods import next_billing_at
from plans.queries import terms_of


def many_subscriptions(organization: Organization, plan: Plan, count: int, *, started_at: datetime) -> None:
    """``count`` customers ``customer-0``, … with a subscription ``many-0``, … each, active since then."""
    organization.refresh_from_db()
    entity = organization.billing_entities.get(is_default=True)
    first = organization.last_customer_sequence + 1
    customers = [
        Customer(
            id=uuid7(),
            organization=organization,
            billing_entity=entity,
            external_id=f"customer-{number}",
            name=f"Customer {number}",
            sequential_id=first + number,
            currency=plan.amount_currency,
            created_at=started_at,
        )
        for number in range(count)
    ]
    subscriptions = [_subscription(customer, plan, number, started_at) for number, customer in enumerate(customers)]
    Customer.objects.bulk_create(customers, batch_size=5000)
    Subscription.objects.bulk_create(subscriptions, batch_size=5000)
    organization.change(at=started_at, last_customer_sequence=first + count)


def _subscription(customer: Customer, plan: Plan, number: int, started_at: datetime) -> Subscription:
    subscription = Subscription(
        id=uuid7(),
        organization=customer.organization,
        customer=customer,
        plan=plan,
        external_id=f"many-{number}",
        status=SubscriptionStatus.ACTIVE,
        subscription_at=started_at,
        started_at=started_at,
        created_at=started_at,
    )
    subscription.next_billing_at = next_billing_at(terms_of(subscription), started_at)
    return subscription


def many_applied_coupons(customers: Sequence[Customer], coupon: Coupon, *, at: datetime) -> None:
    """The coupon, an amount off every invoice, for each of ``customers``."""
    AppliedCoupon.objects.bulk_create(
        [
            AppliedCoupon(
                organization_id=customer.organization_id,
                customer=customer,
                coupon=coupon,
                amount_cents=coupon.amount_cents,
                amount_currency=coupon.amount_currency,
                frequency=coupon.frequency,
                created_at=at,
            )
            for customer in customers
        ],
        batch_size=5000,
    )


def many_wallets(customers: Sequence[Customer], granted_cents: int, *, at: datetime) -> None:
    """A wallet for each of ``customers``, a credit a unit of currency, with so much granted."""
    wallets = [_wallet(customer, at) for customer in customers]
    Wallet.objects.bulk_create(wallets, batch_size=5000)
    WalletTransaction.objects.bulk_create([_granted(each, granted_cents, at) for each in wallets], batch_size=5000)


def _wallet(customer: Customer, at: datetime) -> Wallet:
    return Wallet(
        id=uuid7(),
        organization_id=customer.organization_id,
        customer=customer,
        code="default",
        currency=customer.currency,
        rate_amount=Decimal(1),
        created_at=at,
    )


def _granted(wallet: Wallet, cents: int, at: datetime) -> WalletTransaction:
    return WalletTransaction(
        id=uuid7(),
        organization_id=wallet.organization_id,
        wallet=wallet,
        transaction_type=TransactionType.INBOUND,
        status=WalletTransactionStatus.SETTLED,
        transaction_status=TransactionKind.GRANTED,
        amount_cents=cents,
        credit_amount=wallet.credits(cents),
        settled_at=at,
        created_at=at,
    )
