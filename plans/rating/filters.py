"""Which price of a charge an event has: that of the most specific filter that matches, else the charge's own (M11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALL_VALUES = "__ALL_FILTER_VALUES__"
Dimension = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """Matches what has, for every key, one of the key's values (3-G16)."""

    values: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, values: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> "ValueFilter":
        """``known`` are the metric's values by key; ``__ALL_FILTER_VALUES__`` stands for all of them."""
        return cls(
            {key: frozenset(known.get(key, ()) if ALL_VALUES in chosen else chosen) for key, chosen in values.items()}
        )

    def matches(self, dimension: Dimension) -> bool:
        return all(dimension.get(key) in chosen for key, chosen in self.values.items())

    @property
    def breadth(self) -> tuple[int, int]:
        """Smaller is more specific: more keys, then fewer values."""
        return -len(self.values), sum(len(chosen) for chosen in self.values.values())


def most_specific(filters: Sequence[ValueFilter], dimension: Dimension) -> int | None:
    """The position of the filter whose price applies; None: no filter matches (3-G17, 3-G18).

    More keys win, then a narrower choice of values, then the older filter: each event is priced exactly once. The
    reference system counts an event twice that matches two filters of which neither is part of the other.
    """
    matching = [index for index, each in enumerate(filters) if each.matches(dimension)]
    return min(matching, key=lambda index: (filters[index].breadth, index), default=None)


def overlap_partly(one: ValueFilter, other: ValueFilter) -> bool:
    """Whether some events match both of two filters on the same keys, and neither filter lies within the other.

    {A: 1, 2} and {A: 2, 3} do: what an event with 2 costs would depend on nothing that the plan says (3-G17).
    """
    if one.values.keys() != other.values.keys():
        return False
    meet = all(one.values[key] & other.values[key] for key in one.values)
    return meet and not _within(one, other) and not _within(other, one)


def _within(one: ValueFilter, other: ValueFilter) -> bool:
    return all(one.values[key] <= other.values[key] for key in one.values)
