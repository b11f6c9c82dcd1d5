"""Put the taxes of the European Union's rules on customers, and keep why."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from billing_site.kernel.api.wire import instant
from billing_site.kernel.locks import locked
from customers.eu_vat import Buyer, VatDecision, decide, eu_taxes
from customers.models import BillingEntity, Customer, Organization, Tax
from customers.signals import taxes_changed

BATCH = 500
CHECKED_BY = "form and check digits"


def tax_customers_by_eu_rules(*, billing_entity: BillingEntity, at: datetime) -> int:
    """Decide anew for all customers of a billing entity, in batches; returns for how many the tax is another now."""
    changed, after = 0, UUID(int=0)
    customers = Customer.objects.filter(billing_entity=billing_entity, deleted_at__isnull=True)
    while batch := list(customers.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:BATCH]):
        after = batch[-1]
        with transaction.atomic():
            changed += len(apply_eu_rules(_locked(batch), at=at))
    if changed:
        taxes_changed.send(Tax, organization=billing_entity.organization, at=at)
    return changed


def apply_eu_rules(customers: Sequence[Customer], *, at: datetime) -> set[UUID]:
    """The ids of those whose tax has changed. In a constant number of statements; the caller has locked them.

    Customers whose taxes somebody has chosen keep them: those that have some, but no evidence of a decision.
    """
    ruled = [customer for customer in customers if customer.billing_entity.eu_tax_management]
    released = [each for each in customers if each.vat_evidence and not each.billing_entity.eu_tax_management]
    if not ruled and not released:
        return set()
    codes = _codes_of(ruled)
    decisions = {each.id: decision_for(each) for each in ruled if each.vat_evidence or not codes[each.id]}
    decided = [each for each in ruled if each.id in decisions]
    fresh = [each for each in decided if _is_news(each, decisions[each.id], codes[each.id])]
    for customer in fresh:
        customer.vat_evidence = evidence_of(customer, decisions[customer.id], at=at)
    for customer in released:
        customer.vat_evidence = {}
    _write([*fresh, *released], at)
    return {customer.id for customer in [*fresh, *released]}


def ensure_eu_taxes(organization: Organization, codes: Collection[str], *, at: datetime) -> dict[str, Tax]:
    """The organization's taxes of these codes; those that it lacks are made. A rate that was edited stays."""
    known = eu_taxes()
    living = Tax.objects.filter(organization=organization, deleted_at__isnull=True, code__in=codes)
    missing = set(codes) - set(living.values_list("code", flat=True))
    Tax.objects.bulk_create(
        [
            Tax(
                organization=organization,
                code=code,
                name=known[code].name,
                rate_percent=known[code].rate_percent,
                description=known[code].description,
                created_at=at,
            )
            for code in sorted(missing)
        ],
        ignore_conflicts=True,
    )
    return {tax.code: tax for tax in living.all()}


def decision_for(customer: Customer) -> VatDecision:
    buyer = Buyer(customer.country, customer.zipcode, customer.tax_identification_number)
    return decide(customer.billing_entity.country, buyer)


def evidence_of(customer: Customer, decision: VatDecision, *, at: datetime) -> dict[str, Any]:
    """What is kept of a decision, with the customer and with every invoice that it is used on."""
    return {**_reasons(customer, decision), "checked_by": CHECKED_BY, "checked_at": instant(at)}


def _reasons(customer: Customer, decision: VatDecision) -> dict[str, Any]:
    return {
        "rule": decision.rule.value,
        "tax_code": decision.tax_code,
        "seller_country": decision.seller_country,
        "customer_country": customer.country,
        "customer_zipcode": customer.zipcode,
        "taxed_country": decision.country,
        "region": decision.region,
        "tax_identification_number": decision.number.number,
        "number_is_valid": decision.number.is_valid,
        "number_country": decision.number.country,
    }


def _is_news(customer: Customer, decision: VatDecision, codes: set[str]) -> bool:
    known = {name: customer.vat_evidence.get(name) for name in _reasons(customer, decision)}
    return known != _reasons(customer, decision) or codes != {decision.tax_code}


def _locked(ids: Collection[UUID]) -> list[Customer]:
    return locked(Customer.objects.filter(id__in=ids).select_related("billing_entity", "organization"))


def _codes_of(customers: Iterable[Customer]) -> dict[UUID, set[str]]:
    links = Customer.taxes.through.objects.filter(customer__in=list(customers), tax__deleted_at__isnull=True)
    codes: dict[UUID, set[str]] = defaultdict(set)
    for customer_id, code in links.values_list("customer_id", "tax__code"):
        codes[customer_id].add(code)
    return codes


def _write(customers: Sequence[Customer], at: datetime) -> None:
    """One tax, that of the evidence, in the place of what was there before."""
    if not customers:
        return
    chosen = {each.id: each.vat_evidence["tax_code"] for each in customers if each.vat_evidence}
    taxes = ensure_eu_taxes(customers[0].organization, set(chosen.values()), at=at)
    through = Customer.taxes.through
    through.objects.filter(customer__in=customers).delete()
    through.objects.bulk_create(through(customer_id=key, tax_id=taxes[code].id) for key, code in chosen.items())
    for customer in customers:
        customer.updated_at = at
    Customer.objects.bulk_update(customers, ["vat_evidence", "updated_at"])
