"""Metadata of plans over the API (P12)."""

from billing_site.kernel.api.metadata import Change, Metadata, MetadataKeyView, MetadataView
from billing_site.kernel.key_values import KeyValues
from plans.queries import plan_by_code
from plans.services.plan import change_plan_metadata


class OfPlan(Metadata):
    def changed(self, change: Change) -> KeyValues:
        plan = plan_by_code(self.organization, self.kwargs["code"])
        return change_plan_metadata(plan=plan, at=self.at, change=change).metadata


class PlanMetadataView(OfPlan, MetadataView):
    pass


class PlanMetadataKeyView(OfPlan, MetadataKeyView):
    pass
