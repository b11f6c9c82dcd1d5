"""What of the reference system's offers is billed here so far, so that nothing with a price is dropped silently.

A later feature takes its name out of a table below; nothing else refuses it.
"""

from collections.abc import Mapping
from typing import Any

from billing_site.kernel.errors import ValidationFailed

# Refused on the field itself when they ask for something.
UNBILLED_CHARGE_OPTIONS = ("accepts_target_wallet", "applied_pricing_unit")

VALUE_IS_INVALID = "value_is_invalid"


def refuse_unbilled_charge(fields: Mapping[str, Any]) -> None:
    """Raises ``ValidationFailed`` naming every option that is not billed yet."""
    refused = [name for name in UNBILLED_CHARGE_OPTIONS if fields.get(name)]
    if refused:
        raise ValidationFailed({name: [VALUE_IS_INVALID] for name in refused})
