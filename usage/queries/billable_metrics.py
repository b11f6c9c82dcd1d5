"""The metrics of an organization."""

from django.db.models import QuerySet

from customers.models import Organization
from usage.models import BillableMetric


def billable_metrics(organization: Organization) -> QuerySet[BillableMetric]:
    """Those that are not deleted, newest first."""
    return BillableMetric.objects.filter(organization=organization, deleted_at__isnull=True)
