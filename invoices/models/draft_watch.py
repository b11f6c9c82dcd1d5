"""How far an organization's usage has been looked through for what its drafts did not see."""

from django.db import models

from billing_site.kernel.constraints import non_negative
from customers.models import Organization


class DraftWatch(models.Model):
    organization = models.OneToOneField(
        Organization, primary_key=True, on_delete=models.CASCADE, related_name="draft_watch"
    )
    usage_epoch = models.BigIntegerField()

    class Meta:
        constraints = [*non_negative("draft_watch", "usage_epoch")]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.usage_epoch}"
