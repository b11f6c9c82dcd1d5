"""Subscriptions whose usage may have passed something since it was looked at last."""

from django.db import models

from customers.models import Organization
from plans.models import Subscription


class UsageActivity(models.Model):
    """Written with the events, or with the change, that may matter; gone once that was looked at.

    Rows are only ever added, so that events of one subscription do not wait for each other.
    """

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organization", "id"], name="usage_activity_of_organization")]

    def __str__(self) -> str:
        return f"{self.subscription_id}"
