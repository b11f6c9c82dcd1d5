"""Copies of fixed charges in the plans that override theirs follow where they still have the old value (P9)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from customers.models import Tax
from plans.models import FixedCharge


class Followers(NamedTuple):
    """The copies that had the units, the price, the name or the taxes of their original before it changed."""

    of_units: Sequence[FixedCharge]
    of_price: Sequence[FixedCharge]
    of_name: Sequence[FixedCharge]
    of_taxes: Sequence[FixedCharge]

    def follow(self, original: FixedCharge) -> None:
        for each in self.of_units:
            each.units = original.units
        for each in self.of_price:
            each.charge_model, each.properties = original.charge_model, original.properties
        for each in self.of_name:
            each.invoice_display_name = original.invoice_display_name


def followers_of(original: FixedCharge, copies: Iterable[FixedCharge]) -> Followers:
    """``copies`` come with their taxes, and so does ``original`` (``queries.live_fixed_charges``)."""
    own = [each for each in copies if each.parent_id == original.pk]
    price = (original.charge_model, original.properties)
    return Followers(
        [each for each in own if each.units == original.units],
        [each for each in own if (each.charge_model, each.properties) == price],
        [each for each in own if each.invoice_display_name == original.invoice_display_name],
        [each for each in own if set(each.taxes.all()) == set(original.taxes.all())],
    )


def taxes_to_write(
    changed: Sequence[tuple[FixedCharge, Followers, Sequence[Tax]]],
) -> list[tuple[FixedCharge, Sequence[Tax]]]:
    """For each of the changed ones and for those that follow it."""
    return [(each, taxes) for original, followers, taxes in changed for each in (original, *followers.of_taxes)]
