"""Filters of the lists of subscriptions."""

import django_filters
from django.db.models import QuerySet

from billing_site.kernel.api.filters import ArrayFilter, ListFilterSet
from plans.models import Subscription, SubscriptionStatus


class SubscriptionFilters(ListFilterSet):
    """Only active ones unless ``status[]`` says otherwise."""

    external_customer_id = django_filters.CharFilter("customer__external_id")
    plan_code = django_filters.CharFilter("plan__code")
    status = ArrayFilter(choices=SubscriptionStatus)

    class Meta:
        model = Subscription
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["status"] else found.filter(status=SubscriptionStatus.ACTIVE)
