"""How far an organization's events have been looked through for what cannot be counted."""

from django.db import models

from billing_site.kernel.constraints import non_negative
from customers.models import Organization


class EventCheck(models.Model):
    organization = models.OneToOneField(
        Organization, primary_key=True, on_delete=models.CASCADE, related_name="event_check"
    )
    epoch = models.BigIntegerField()

    class Meta:
        db_table = "usage_event_check"
        constraints = [*non_negative("usage_event_check", "epoch")]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.epoch}"
