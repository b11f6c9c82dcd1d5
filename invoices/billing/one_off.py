"""The fees of add-ons that are sold once (I9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import EXACT, round_half_up, to_units
from customers.models import BillingEntity, Customer
from invoices.billing.drafts import FeeDraft
from invoices.billing.taxes import TaxBook
from invoices.models import FeeType
from invoices.settlement import TaxRate
from plans.models import AddOn
from plans.periods import TICK


class OneOffItem(TypedDict, total=False):
    """``unit_amount_cents`` is the add-on's price by default, ``units`` 1; both ends of the range are included."""

    add_on_code: str
    unit_amount_cents: int
    units: Decimal
    invoice_display_name: str
    description: str
    tax_codes: list[str]
    from_datetime: datetime
    to_datetime: datetime


@dataclass(frozen=True, slots=True)
class OneOffPrices:
    """What prices the items of one invoice: add-ons and the taxes that items name by their codes."""

    customer: Customer
    issuer: BillingEntity
    currency: str
    add_ons: Mapping[str, AddOn]
    named_taxes: Mapping[str, TaxRate]
    taxes: TaxBook

    def fees(self, items: Sequence[OneOffItem]) -> list[FeeDraft]:
        """Raises ``ValidationFailed`` where an item has half a range, or no price in the invoice's currency."""
        refusals: dict[str, list[str]] = {}
        for position, item in enumerate(items):
            refusals |= {f"fees.{position}.{name}": codes for name, codes in self._refusals(item).items()}
        if refusals:
            raise ValidationFailed(refusals)
        return [self._fee(item) for item in items]

    def _refusals(self, item: OneOffItem) -> dict[str, list[str]]:
        refusals = {}
        if "unit_amount_cents" not in item and self.add_ons[item["add_on_code"]].amount_currency != self.currency:
            refusals["unit_amount_cents"] = ["currencies_does_not_match"]
        start, last = item.get("from_datetime"), item.get("to_datetime")
        if (start is None) != (last is None) or (start and last and last < start):
            refusals["to_datetime"] = ["invalid_date"]
        return refusals

    def _fee(self, item: OneOffItem) -> FeeDraft:
        add_on = self.add_ons[item["add_on_code"]]
        unit_amount_cents = item.get("unit_amount_cents", add_on.amount_cents)
        units = item.get("units", Decimal(1))
        precise_cents = EXACT.multiply(Decimal(unit_amount_cents), units)
        return FeeDraft(
            fee_type=FeeType.ADD_ON,
            item_id=add_on.id,
            item_code=add_on.code,
            item_name=add_on.name,
            invoice_display_name=item.get("invoice_display_name") or add_on.invoice_display_name,
            description=item.get("description") or add_on.description,
            subscription_id=None,
            interval=_interval(item),
            units=units,
            total_aggregated_units=units,
            amount_cents=int(round_half_up(precise_cents)),
            precise_amount_cents=precise_cents,
            precise_unit_amount=to_units(unit_amount_cents, self.currency),
            taxes=self._taxes(item, add_on),
        )

    def _taxes(self, item: OneOffItem, add_on: AddOn) -> tuple[TaxRate, ...]:
        """Those that are named, else the add-on's, the customer's, the billing entity's (T2)."""
        named = tuple(self.named_taxes[code] for code in dict.fromkeys(item.get("tax_codes", [])))
        return named or self.taxes.of_add_on(add_on, self.customer, self.issuer)


def _interval(item: OneOffItem) -> Interval | None:
    start, last = item.get("from_datetime"), item.get("to_datetime")
    return Interval(start, last + TICK) if start and last else None
