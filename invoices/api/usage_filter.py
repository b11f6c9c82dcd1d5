"""Which usage a call wants to see, from its query parameters (U2)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from billing_site.kernel.api.fields import storable
from billing_site.kernel.api.inputs import INVALID
from billing_site.kernel.errors import ValidationFailed
from invoices.billing.usage import UsageFilter

_GROUP = re.compile(r"group\[([^\]]+)\]")


def usage_filter(parameters: Mapping[str, str]) -> UsageFilter:
    """``filter_by_charge_id``, ``filter_by_charge_code`` and ``filter_by_group`` are the former names.

    Raises ``ValidationFailed`` where ``filter_by_group`` or ``filter_by_presentation`` is no JSON of their kind.
    """
    former = _json(parameters, "filter_by_group", dict) or {}
    group = {found[1]: value for key, value in parameters.items() if (found := _GROUP.fullmatch(key))}
    presentation = _json(parameters, "filter_by_presentation", list)
    return UsageFilter(
        charge_id=_text(parameters, "charge_id", "filter_by_charge_id"),
        charge_code=_text(parameters, "charge_code", "filter_by_charge_code"),
        billable_metric_code=_text(parameters, "billable_metric_code"),
        group={**{key: _first(value) for key, value in former.items()}, **group},
        presentation=None if presentation is None else tuple(map(str, presentation)),
        full_usage=parameters.get("full_usage") == "true",
    )


def _text(parameters: Mapping[str, str], *names: str) -> str:
    given = next((parameters[name] for name in names if parameters.get(name)), "")
    if not storable(given):
        raise ValidationFailed({names[0]: [INVALID]})
    return given


def _json(parameters: Mapping[str, str], name: str, kind: type) -> Any:
    if name not in parameters:
        return None
    try:
        value = json.loads(parameters[name])
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, kind):
        raise ValidationFailed({name: [INVALID]})
    return value


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)
