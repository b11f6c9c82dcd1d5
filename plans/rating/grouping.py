"""Keys that split a charge's usage into groups, allowed in the properties of every charge model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plans.rating.reader import Reader

INVALID_TYPE = "invalid_type"


@dataclass(frozen=True, slots=True)
class PresentationGroupKey:
    """A key by which a fee's units are shown broken down; the price stays the same (M13)."""

    value: str
    display_in_invoice: bool | None = None

    def as_json(self) -> dict[str, Any]:
        if self.display_in_invoice is None:
            return {"value": self.value}
        return {"value": self.value, "options": {"display_in_invoice": self.display_in_invoice}}


@dataclass(frozen=True, slots=True)
class Grouping:
    """``pricing_group_keys``: one fee for each combination of their values, priced on its own (M12)."""

    pricing_group_keys: tuple[str, ...] = ()
    presentation_group_keys: tuple[PresentationGroupKey, ...] = ()

    @classmethod
    def read(cls, reader: Reader) -> "Grouping":
        # "grouped_by" is the former name of the key.
        pricing = reader.items("pricing_group_keys") or reader.items("grouped_by")
        presentation = reader.items("presentation_group_keys")
        return cls(
            tuple(_pricing_key(reader, key) for key in pricing),
            tuple(_presentation_key(reader, key) for key in presentation),
        )

    def as_json(self) -> dict[str, Any]:
        presentation = [key.as_json() for key in self.presentation_group_keys]
        keys = {"pricing_group_keys": list(self.pricing_group_keys), "presentation_group_keys": presentation}
        return {name: values for name, values in keys.items() if values}


UNGROUPED = Grouping()


def _pricing_key(reader: Reader, key: object) -> str:
    if isinstance(key, str) and key.strip():
        return key
    return reader.refused(INVALID_TYPE, "")


def _presentation_key(reader: Reader, key: object) -> PresentationGroupKey:
    fields = key if isinstance(key, Mapping) else {"value": key}
    options = fields.get("options") or {}
    shown = options.get("display_in_invoice") if isinstance(options, Mapping) else "invalid"
    if shown is not None and not isinstance(shown, bool):
        return reader.refused(INVALID_TYPE, PresentationGroupKey(""))
    return PresentationGroupKey(_pricing_key(reader, fields.get("value")), shown)
