"""What is picked for a customer or an issuer out of the organization's catalogue: taxes, custom sections."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def replace_selection(selected: Any, wanted: Iterable[Model]) -> bool:
    """``selected`` (the manager of a many-to-many) holds ``wanted`` and nothing else; whether that is a change."""
    rows = list(wanted)
    if {row.pk for row in rows} == set(selected.values_list("pk", flat=True)):
        return False
    selected.set(rows)
    return True
