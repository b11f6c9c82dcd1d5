"""The metrics and taxes that charges and plans name, loaded at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from billing_site.kernel.errors import NotFound
from customers.models import Organization, Tax
from plans.services.fields import ChargeFields
from usage.models import BillableMetric


@dataclass(frozen=True, slots=True)
class References:
    metrics: Mapping[UUID, BillableMetric]
    taxes: Mapping[str, Tax]

    @classmethod
    def load(cls, organization: Organization, charges: Sequence[ChargeFields], tax_codes: Iterable[str]) -> Self:
        """Two queries, whatever the number of charges."""
        metric_ids = {charge["billable_metric_id"] for charge in charges if charge.get("billable_metric_id")}
        codes = set(tax_codes).union(*(charge.get("tax_codes") or () for charge in charges))
        metrics = BillableMetric.objects.filter(organization=organization, deleted_at__isnull=True)
        taxes = Tax.objects.filter(organization=organization, deleted_at__isnull=True)
        return cls(
            metrics.in_bulk(metric_ids) if metric_ids else {},
            {tax.code: tax for tax in taxes.filter(code__in=codes)} if codes else {},
        )

    def metric(self, metric_id: UUID | None) -> BillableMetric:
        """Raises ``NotFound``: ``billable_metric_not_found``."""
        found = self.metrics.get(metric_id) if metric_id else None
        if found is None:
            raise NotFound("billable_metric")
        return found

    def taxes_named(self, codes: Iterable[str]) -> list[Tax]:
        """Each once, in the order given. Raises ``NotFound``: ``tax_not_found``."""
        unique = dict.fromkeys(codes)
        if not unique.keys() <= self.taxes.keys():
            raise NotFound("tax")
        return [self.taxes[code] for code in unique]
