"""The prices that an operator is writing: settled by the rules of the commands, and not yet saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from billing_site.kernel.errors import BillingError, NotFound, ValidationFailed
from customers.models import Organization
from plans.admin.editor.card_reader import CardReader, Faults
from plans.admin.editor.charge_cards import read_charge
from plans.admin.editor.fixed_charge_cards import read_fixed_charge
from plans.admin.editor.model_fields import fields_of
from plans.models import Charge, ChargeFilter, FixedCharge
from plans.services.charge_set import asked_charge
from plans.services.fields import ChargeFields, FixedChargeFields
from plans.services.filter_rules import settle_filters
from plans.services.filter_set import asked_filters
from plans.services.fixed_charge_set import AddOns, asked_fixed_charge
from plans.services.references import References

Cards = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ChargeSketch:
    """``charge`` is None where the rules refuse it; of ``filters`` those with faults cannot be priced."""

    card: CardReader
    fields: ChargeFields
    charge: Charge | None = None
    filters: Sequence[ChargeFilter] = ()


@dataclass(frozen=True, slots=True)
class FixedChargeSketch:
    card: CardReader
    fields: FixedChargeFields
    fixed_charge: FixedCharge | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """``faults`` are sentences by the place of their field."""

    charges: Sequence[ChargeSketch] = ()
    fixed_charges: Sequence[FixedChargeSketch] = ()
    faults: Faults = field(default_factory=dict)

    @classmethod
    def of(cls, organization: Organization, charges: Cards, fixed_charges: Cards, currency: str) -> Self:
        """A constant number of queries."""
        faults: Faults = {}
        cards = [CardReader(each, f"charges.{index}", faults) for index, each in enumerate(charges)]
        read = [(card, read_charge(card, currency)) for card in cards]
        fixed_cards = [CardReader(each, f"fixed_charges.{index}", faults) for index, each in enumerate(fixed_charges)]
        fixed = [(card, read_fixed_charge(card)) for card in fixed_cards]
        asked, asked_fixed = [fields for _, fields in read], [fields for _, fields in fixed]
        tax_codes = [code for each in asked_fixed for code in each["tax_codes"]]
        references = References.load(organization, asked, tax_codes)
        add_ons = AddOns.load(organization, asked_fixed)
        return cls(
            [_charge_sketch(card, fields, references) for card, fields in read],
            [_fixed_charge_sketch(card, fields, references, add_ons) for card, fields in fixed],
            faults,
        )


def _charge_sketch(card: CardReader, fields: ChargeFields, references: References) -> ChargeSketch:
    if fields["billable_metric_id"] not in references.metrics:
        card.fault("metric", "Pick a metric.")
        return ChargeSketch(card, fields)
    _check_taxes(card, fields["tax_codes"], references)
    try:
        charge = asked_charge(fields, references)
    except BillingError as refusal:
        _refuse_price(card, refusal, fields["charge_model"])
        return ChargeSketch(card, fields)
    filters = asked_filters(charge, fields["filters"])
    try:
        settle_filters(charge, filters)
    except BillingError as refusal:
        _refuse_price(card, refusal, charge.charge_model)
    return ChargeSketch(card, fields, charge, filters)


def _fixed_charge_sketch(
    card: CardReader, fields: FixedChargeFields, references: References, add_ons: AddOns
) -> FixedChargeSketch:
    if fields["add_on_id"] not in add_ons.by_id:
        card.fault("add_on", "Pick an add-on.")
        return FixedChargeSketch(card, fields)
    _check_taxes(card, fields["tax_codes"], references)
    try:
        return FixedChargeSketch(card, fields, asked_fixed_charge(fields, add_ons))
    except BillingError as refusal:
        _refuse_price(card, refusal, fields["charge_model"])
    return FixedChargeSketch(card, fields)


def _check_taxes(card: CardReader, codes: Sequence[str], references: References) -> None:
    try:
        references.taxes_named(codes)
    except NotFound as refusal:
        card.refuse(refusal, "taxes")


def _refuse_price(card: CardReader, refusal: BillingError, charge_model: str) -> None:
    if isinstance(refusal, ValidationFailed):
        refusal = ValidationFailed(_at_fields(refusal.details, charge_model))
    card.refuse(refusal)


def _at_fields(details: Mapping[str, Sequence[str]], charge_model: str) -> Faults:
    """Codes of a price that name one of its fields (``invalid_package_size``) at that field."""
    keys = {f"invalid_{key}": key for key in fields_of(charge_model)}
    placed: Faults = {}
    for name, codes in details.items():
        for code in codes:
            is_of_field = name.endswith("properties") and code in keys
            placed.setdefault(f"{name}.{keys[code]}" if is_of_field else name, []).append(code)
    return placed
