"""A billable metric: what is counted in the events that applications send."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Organization
from usage.aggregation import AggregationType, RoundingFunction, WeightedInterval


class BillableMetric(Entity, SoftDeletable):
    """``filters`` is a list of ``{"key", "values"}``: the property values that charges may price apart."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="billable_metrics")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    aggregation_type = enum_field(AggregationType)
    field_name = models.CharField(max_length=255, blank=True, default="")
    recurring = models.BooleanField(default=False)
    weighted_interval = enum_field(WeightedInterval, null=True, blank=True)
    expression = models.TextField(blank=True, default="")
    rounding_function = enum_field(RoundingFunction, null=True, blank=True)
    rounding_precision = models.SmallIntegerField(null=True, blank=True)
    filters = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            # Read at each ingest, and mostly empty.
            models.Index(
                fields=["organization"],
                condition=~Q(expression="") & Q(deleted_at__isnull=True),
                name="billable_metric_computed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at__isnull=True),
                name="billable_metric_code_unique",
            ),
            one_of("billable_metric", "aggregation_type", AggregationType),
            one_of("billable_metric", "rounding_function", RoundingFunction),
            one_of("billable_metric", "weighted_interval", WeightedInterval),
            models.CheckConstraint(
                condition=Q(aggregation_type="count_agg", field_name="")
                | (~Q(aggregation_type="count_agg") & ~Q(field_name="")),
                name="billable_metric_field_name_unless_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
