"""A plain table of a page, as data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Table:
    """``numbers`` are the titles of the columns that are set right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: Collection[str] = field(default_factory=frozenset)
    empty: str = "Nothing here yet."

    @property
    def headers(self) -> list[tuple[str, bool]]:
        return [(title, title in self.numbers) for title in self.columns]

    @property
    def lines(self) -> list[list[tuple[str, Any, bool]]]:
        """Each cell with the title of its column, which a phone shows beside it."""
        return [
            [(title, cell, title in self.numbers) for title, cell in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]
