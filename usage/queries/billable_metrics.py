"""The metrics of an organization."""

from django.db.models import QuerySet

from customers.models import Organization
from usage.models import BillableMetric


def billable_metrics(organization: Organization) -> QuerySet[BillableMetric]:
    """Those that are not deleted, newest first."""
    return BillableMetric.objects.filter(organization=organization, deleted_at__isnull=True)


def is_attached(metric: BillableMetric) -> bool:
    """Whether a charge uses the metric. Charges belong to an app further right, hence only the relation's name."""
    in_use = {"charges__isnull": False, "charges__deleted_at__isnull": True}
    return BillableMetric.objects.filter(pk=metric.pk, **in_use).exists()
