"""Which taxes apply to a fee: the first non-empty level of item, plan, customer, billing entity (T2, 3-T5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from customers.models import BillingEntity, Customer, Tax
from invoices.settlement import TaxRate
from plans.models import AddOn, Charge, FixedCharge, MinimumCommitment, Plan, Subscription

TaxesByOwner = Mapping[UUID, tuple[TaxRate, ...]]
NONE: tuple[TaxRate, ...] = ()
Taxed = Charge | Plan | Customer | BillingEntity | MinimumCommitment | FixedCharge | AddOn


@dataclass(frozen=True, slots=True)
class TaxBook:
    """The taxes of everything in a batch, loaded in one query a level."""

    charges: TaxesByOwner
    plans: TaxesByOwner
    customers: TaxesByOwner
    billing_entities: TaxesByOwner
    commitments: TaxesByOwner
    fixed_charges: TaxesByOwner
    add_ons: TaxesByOwner

    def of_charge(self, charge: Charge, subscription: Subscription) -> tuple[TaxRate, ...]:
        return self.charges.get(charge.id) or self.of_plan(subscription)

    def of_commitment(self, commitment: MinimumCommitment, subscription: Subscription) -> tuple[TaxRate, ...]:
        """3-Q5."""
        return self.commitments.get(commitment.id) or self.of_plan(subscription)

    def of_fixed_charge(self, fixed_charge: FixedCharge, subscription: Subscription) -> tuple[TaxRate, ...]:
        own = self.fixed_charges.get(fixed_charge.id) or self.add_ons.get(fixed_charge.add_on_id)
        return own or self.of_plan(subscription)

    def of_plan(self, subscription: Subscription) -> tuple[TaxRate, ...]:
        own = self.plans.get(subscription.plan_id)
        return own or self.of_customer(subscription.customer_id, subscription.issuer_id)

    def of_add_on(self, add_on: AddOn, customer: Customer, issuer: BillingEntity) -> tuple[TaxRate, ...]:
        """Of what is sold once, without a plan."""
        return self.add_ons.get(add_on.id) or self.of_customer(customer.id, issuer.id)

    def of_customer(self, customer_id: UUID, issuer_id: UUID) -> tuple[TaxRate, ...]:
        return self.customers.get(customer_id) or self.billing_entities.get(issuer_id, NONE)


def load_taxes(
    charges: Iterable[Charge],
    subscriptions: Iterable[Subscription],
    commitments: Iterable[MinimumCommitment] = (),
    fixed_charges: Iterable[FixedCharge] = (),
) -> TaxBook:
    billed, fixed = list(subscriptions), list(fixed_charges)
    return TaxBook(
        charges=_taxes_of(Charge, {charge.id for charge in charges}),
        plans=_taxes_of(Plan, {subscription.plan_id for subscription in billed}),
        customers=_taxes_of(Customer, {subscription.customer_id for subscription in billed}),
        billing_entities=_taxes_of(BillingEntity, {subscription.issuer_id for subscription in billed}),
        commitments=_taxes_of(MinimumCommitment, {commitment.id for commitment in commitments}),
        fixed_charges=_taxes_of(FixedCharge, {each.id for each in fixed}),
        add_ons=_taxes_of(AddOn, {each.add_on_id for each in fixed}),
    )


def load_add_on_taxes(add_ons: Iterable[AddOn], customer: Customer, issuer: BillingEntity) -> TaxBook:
    """The taxes of what is sold once."""
    return TaxBook(
        charges={},
        plans={},
        customers=_taxes_of(Customer, {customer.id}),
        billing_entities=_taxes_of(BillingEntity, {issuer.id}),
        commitments={},
        fixed_charges={},
        add_ons=_taxes_of(AddOn, {add_on.id for add_on in add_ons}),
    )


def _taxes_of(owner: type[Taxed], ids: set[UUID]) -> TaxesByOwner:
    if not ids:
        return {}
    through = owner.taxes.through
    column = f"{owner._meta.model_name}_id"
    living = through.objects.filter(**{f"{column}__in": ids}, tax__deleted_at__isnull=True)
    links = living.order_by("id").select_related("tax")
    taxes: dict[UUID, list[TaxRate]] = defaultdict(list)
    for link in links:
        taxes[getattr(link, column)].append(tax_rate(link.tax))
    return {key: tuple(found) for key, found in taxes.items()}


def tax_rate(tax: Tax) -> TaxRate:
    return TaxRate(tax.id, tax.code, tax.name, tax.description, tax.rate_percent)
