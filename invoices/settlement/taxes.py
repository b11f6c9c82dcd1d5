"""Taxes on fees and on the invoice (3-T1 … 3-T3). Pure.

The invoice's tax is *not* the sum of its fees' rounded taxes: each is the rounding of an exact sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from msgspec import Struct

from billing_site.kernel.money import round_half_up

RATE_PLACES = 5
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax as it stood when the invoice was made."""

    id: UUID
    code: str
    name: str
    description: str
    rate_percent: Decimal


class Taxable(Struct, frozen=True):
    """One fee's base in cents (after its share of discounts), and the taxes that apply to it."""

    base_cents: Decimal
    taxes: tuple[TaxRate, ...]


class TaxLine(Struct, frozen=True):
    """One tax on one fee or on one invoice: its base and amount, unrounded and rounded."""

    tax: TaxRate
    base_cents: Decimal
    precise_amount_cents: Decimal

    @property
    def amount_cents(self) -> int:
        return int(round_half_up(self.precise_amount_cents))

    @property
    def base_amount_cents(self) -> int:
        return int(round_half_up(self.base_cents))


class Taxes(Struct, frozen=True):
    """``amount_cents`` is the exact sum rounded once; the lines may not add up to it."""

    rate_percent: Decimal
    precise_amount_cents: Decimal
    lines: tuple[TaxLine, ...]

    @property
    def amount_cents(self) -> int:
        return int(round_half_up(self.precise_amount_cents))


NO_TAXES = Taxes(rate_percent=Decimal(0), precise_amount_cents=Decimal(0), lines=())


def tax_fee(fee: Taxable) -> Taxes:
    """3-T1. 20 % and 10 % on 1,003 cents: 200.6 + 100.3 = 300.9, so 301 cents at 30 %."""
    if not fee.taxes:
        return NO_TAXES
    lines = tuple([TaxLine(tax, fee.base_cents, _share(fee.base_cents, tax)) for tax in fee.taxes])
    rate_percent = sum([tax.rate_percent for tax in fee.taxes], ZERO)
    return Taxes(rate_percent=rate_percent, precise_amount_cents=_total(lines), lines=lines)


def tax_invoice(fees: Sequence[Taxable], sub_total_cents: int | Decimal) -> Taxes:
    """3-T2 and 3-T3: per tax the sum over fees, unrounded; the rate weighted by taxed base.

    ``sub_total_cents`` is the invoice's total excluding taxes. When it is 0 the rate is weighted by the number of fees.
    """
    bases: dict[UUID, list[Decimal]] = {}
    taxes: dict[UUID, TaxRate] = {}
    for alike in _taxed_alike(fees):
        for tax in alike[0].taxes:
            taxes[tax.id] = tax
            bases.setdefault(tax.id, []).extend([fee.base_cents for fee in alike])
    sums = {key: sum(of_tax, ZERO) for key, of_tax in bases.items()}
    lines = tuple([TaxLine(tax, sums[key], _share(sums[key], tax)) for key, tax in taxes.items()])
    weights = [
        (tax, sums[key] / sub_total_cents if sub_total_cents else Decimal(len(bases[key])) / len(fees))
        for key, tax in taxes.items()
    ]
    rate = sum([tax.rate_percent * weight for tax, weight in weights], ZERO)
    return Taxes(round_half_up(rate, RATE_PLACES), _total(lines), lines)


def _taxed_alike(fees: Sequence[Taxable]) -> list[list[Taxable]]:
    """Runs of fees with the same taxes, mostly all."""
    return [list(run) for _, run in groupby(fees, attrgetter("taxes"))]


def _share(base_cents: Decimal, tax: TaxRate) -> Decimal:
    return base_cents * tax.rate_percent / 100


def _total(lines: Iterable[TaxLine]) -> Decimal:
    return sum([line.precise_amount_cents for line in lines], ZERO)
