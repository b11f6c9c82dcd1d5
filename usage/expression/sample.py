"""What an expression can see of an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing_site.kernel.money import EXACT

_MICROSECONDS_PLACES = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """``timestamp`` counts microseconds since 1970; property values are as a JSON parser gives them."""

    code: str
    timestamp: int
    properties: Mapping[str, object]

    @property
    def seconds(self) -> Decimal:
        """Unix seconds, without a fraction when there is none."""
        whole, rest = divmod(self.timestamp, 10**_MICROSECONDS_PLACES)
        return Decimal(self.timestamp).scaleb(-_MICROSECONDS_PLACES, EXACT) if rest else Decimal(whole)
