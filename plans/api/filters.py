"""Filters of the lists of subscriptions."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from billing_site.kernel.api.filters import ArrayFilter, ListFilterSet
from plans.models import Subscription, SubscriptionStatus


class SubscriptionFilters(ListFilterSet):
    """Only active ones unless ``status[]`` says otherwise."""

    external_customer_id = django_filters.CharFilter("customer__external_id")
    plan_code = django_filters.CharFilter("plan__code")
    status = ArrayFilter(choices=SubscriptionStatus, method="of_status")

    class Meta:
        model = Subscription
        fields: list[str] = []

    def of_status(self, rows: QuerySet[Subscription], name: str, wanted: Any) -> QuerySet[Subscription]:
        return rows.filter(status__in=wanted or [SubscriptionStatus.ACTIVE])
