"""The filters of charges, written together: a constant number of statements, however many they are.

These run inside a command's transaction, with the plans locked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from plans.models import Charge, ChargeFilter
from plans.queries import live_filters
from plans.rating.filters import ALL_VALUES
from plans.services.fields import FilterFields
from plans.services.filter_rules import Values, chosen_values, known_values, settle_filters

COLUMNS = ("values", "properties", "invoice_display_name")


def replace_filters(wanted: Sequence[tuple[Charge, Sequence[FilterFields]]], at: datetime) -> None:
    """Give each charge these filters and no others; one of the same values stays and takes the new price."""
    if not wanted:
        return
    present = _Present([charge for charge, _ in wanted])
    settled: list[ChargeFilter] = []
    for charge, given in wanted:
        filters = [_filter(charge, fields, present, at) for fields in given]
        settle_filters(charge, filters)
        settled += filters
    discard_filters(present.left(), at)
    save_filters(settled, at)


def asked_filters(charge: Charge, given: Sequence[FilterFields]) -> list[ChargeFilter]:
    """The filters that are described, neither settled nor saved."""
    filters = [ChargeFilter(charge=charge, values={}) for _ in given]
    for each, fields in zip(filters, given, strict=True):
        set_filter(each, fields)
    return filters


def save_filters(filters: Sequence[ChargeFilter], at: datetime) -> None:
    changed = [each for each in filters if not each._state.adding]
    for each in changed:
        each.updated_at = at
    ChargeFilter.objects.bulk_update(changed, [*COLUMNS, "updated_at"])
    ChargeFilter.objects.bulk_create([each for each in filters if each._state.adding])


def discard_filters(filters: Iterable[ChargeFilter], at: datetime) -> None:
    """Soft-delete: fees go on naming them."""
    ids = [each.pk for each in filters]
    if ids:
        ChargeFilter.objects.filter(pk__in=ids).update(deleted_at=at, updated_at=at)


def set_filter(charge_filter: ChargeFilter, fields: FilterFields) -> None:
    if "values" in fields:
        charge_filter.values = {key: list(dict.fromkeys(chosen)) for key, chosen in fields["values"].items()}
    if "properties" in fields:
        charge_filter.properties = dict(fields["properties"] or {})
    if "invoice_display_name" in fields:
        charge_filter.invoice_display_name = fields["invoice_display_name"]


def trim_filters(charges: Iterable[Charge], at: datetime) -> list[ChargeFilter]:
    """Take the values that the charges' metrics do not know any more out of their filters (C11); those touched.

    A filter that has nothing left for one of its keys matches no event any more, so it goes; so does the later one of
    two that have become the same.
    """
    trimmed: list[ChargeFilter] = []
    gone: list[ChargeFilter] = []
    for charge in charges:
        seen: set[object] = set()
        for each in charge.filters.all():
            if _trim(each, known_values(charge)):
                trimmed.append(each)
            chosen = chosen_values(each.values)
            if not all(each.values.values()) or chosen in seen:
                gone.append(each)
            seen.add(chosen)
    discard_filters(gone, at)
    save_filters([each for each in trimmed if each not in gone], at)
    return [*trimmed, *(each for each in gone if each not in trimmed)]


class _Present:
    """The filters that charges have, to be taken by their values."""

    def __init__(self, charges: Sequence[Charge]) -> None:
        self._filters: dict[object, list[ChargeFilter]] = defaultdict(list)
        for each in live_filters().filter(charge__in=charges):
            self._filters[each.charge_id, chosen_values(each.values)].append(each)

    def take(self, charge: Charge, values: Values) -> ChargeFilter | None:
        same = self._filters.get((charge.pk, chosen_values(values)))
        return same.pop(0) if same else None

    def left(self) -> list[ChargeFilter]:
        return [each for same in self._filters.values() for each in same]


def _filter(charge: Charge, fields: FilterFields, present: _Present, at: datetime) -> ChargeFilter:
    found = present.take(charge, fields["values"]) or ChargeFilter(charge=charge, created_at=at)
    set_filter(found, fields)
    return found


def _trim(charge_filter: ChargeFilter, known: Values) -> bool:
    """Whether anything had to go."""
    before = charge_filter.values
    charge_filter.values = {key: _left(chosen, known.get(key, ())) for key, chosen in before.items()}
    return charge_filter.values != before


def _left(chosen: Sequence[str], known: Sequence[str]) -> list[str]:
    return [value for value in chosen if value in known or (value == ALL_VALUES and known)]
