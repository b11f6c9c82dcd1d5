"""Which taxes apply to a fee: the first non-empty level of item, plan, customer, billing entity (T2, 3-T5)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing_site.kernel.prepared import cursor_for
from customers.models import BillingEntity, Customer, Tax
from invoices.settlement import TaxRate
from plans.models import AddOn, Charge, FixedCharge, MinimumCommitment, Plan, Subscription

TaxesByOwner = Mapping[UUID, tuple[TaxRate, ...]]
NONE: tuple[TaxRate, ...] = ()
Taxed = Charge | Plan | Customer | BillingEntity | MinimumCommitment | FixedCharge | AddOn

# The tables that say which taxes an owner has; the order in which they were given is that of the invoice.
_LINKS: Mapping[type[Taxed], str] = {
    owner: owner.taxes.through._meta.db_table
    for owner in (Charge, Plan, Customer, BillingEntity, MinimumCommitment, FixedCharge, AddOn)
}
_LINKED = """SELECT link.id AS place, '{0}', link.{1}_id, tax.id, tax.code, tax.name, tax.description, tax.rate_percent
    FROM {0} link JOIN customers_tax tax ON tax.id = link.tax_id AND tax.deleted_at IS NULL
    WHERE link.{1}_id = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class TaxBook:
    """The taxes of everything in a batch; most levels have none, and are not searched."""

    charges: TaxesByOwner
    plans: TaxesByOwner
    customers: TaxesByOwner
    billing_entities: TaxesByOwner
    commitments: TaxesByOwner
    fixed_charges: TaxesByOwner
    add_ons: TaxesByOwner

    def of_charge(self, charge: Charge, subscription: Subscription) -> tuple[TaxRate, ...]:
        return (self.charges and self.charges.get(charge.id)) or self.of_plan(subscription)

    def of_commitment(self, commitment: MinimumCommitment, subscription: Subscription) -> tuple[TaxRate, ...]:
        """3-Q5."""
        return self.commitments.get(commitment.id) or self.of_plan(subscription)

    def of_fixed_charge(self, fixed_charge: FixedCharge, subscription: Subscription) -> tuple[TaxRate, ...]:
        own = self.fixed_charges.get(fixed_charge.id) or self.add_ons.get(fixed_charge.add_on_id)
        return own or self.of_plan(subscription)

    def of_plan(self, subscription: Subscription) -> tuple[TaxRate, ...]:
        own = self.plans and self.plans.get(subscription.plan_id)
        return own or self.of_customer(subscription.customer_id, subscription.issuer_id)

    def of_add_on(self, add_on: AddOn, customer: Customer, issuer: BillingEntity) -> tuple[TaxRate, ...]:
        """Of what is sold once, without a plan."""
        return self.add_ons.get(add_on.id) or self.of_customer(customer.id, issuer.id)

    def of_customer(self, customer_id: UUID, issuer_id: UUID) -> tuple[TaxRate, ...]:
        own = self.customers and self.customers.get(customer_id)
        return own or self.billing_entities.get(issuer_id, NONE)


def load_taxes(
    charges: Iterable[Charge],
    subscriptions: Iterable[Subscription],
    commitments: Iterable[MinimumCommitment] = (),
    fixed_charges: Iterable[FixedCharge] = (),
) -> TaxBook:
    """In one statement."""
    billed, fixed = list(subscriptions), list(fixed_charges)
    return _book(
        {
            Charge: {charge.id for charge in charges},
            Plan: {subscription.plan_id for subscription in billed},
            Customer: {subscription.customer_id for subscription in billed},
            BillingEntity: {subscription.issuer_id for subscription in billed},
            MinimumCommitment: {commitment.id for commitment in commitments},
            FixedCharge: {each.id for each in fixed},
            AddOn: {each.add_on_id for each in fixed},
        }
    )


def load_add_on_taxes(add_ons: Iterable[AddOn], customer: Customer, issuer: BillingEntity) -> TaxBook:
    """The taxes of what is sold once."""
    return _book({Customer: {customer.id}, BillingEntity: {issuer.id}, AddOn: {add_on.id for add_on in add_ons}})


def _book(owners: Mapping[type[Taxed], Collection[UUID]]) -> TaxBook:
    found: dict[str, dict[UUID, list[TaxRate]]] = {table: defaultdict(list) for table in _LINKS.values()}
    for _, table, owner_id, *tax in _links({owner: list(ids) for owner, ids in owners.items() if ids}):
        found[table][owner_id].append(TaxRate(*tax))
    taxes = {owner: {key: tuple(own) for key, own in found[table].items()} for owner, table in _LINKS.items()}
    return TaxBook(
        charges=taxes[Charge],
        plans=taxes[Plan],
        customers=taxes[Customer],
        billing_entities=taxes[BillingEntity],
        commitments=taxes[MinimumCommitment],
        fixed_charges=taxes[FixedCharge],
        add_ons=taxes[AddOn],
    )


def _links(owners: Mapping[type[Taxed], list[UUID]]) -> Sequence[tuple[Any, ...]]:
    """Rows of ``_LINKED``."""
    if not owners:
        return ()
    statement = " UNION ALL ".join(_LINKED.format(_LINKS[owner], owner._meta.model_name) for owner in owners)
    with cursor_for(max(map(len, owners.values()))) as cursor:
        cursor.execute(f"{statement} ORDER BY place", list(owners.values()))
        return cursor.fetchall()


def tax_rate(tax: Tax) -> TaxRate:
    return TaxRate(tax.id, tax.code, tax.name, tax.description, tax.rate_percent)
