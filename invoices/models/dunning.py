"""Dunning: campaigns that ask for what is overdue, whom they are for, and how often they have asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import cents_field, currency_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import BillingEntity, Customer, Organization


class DunningCampaign(Entity, SoftDeletable):
    """Asks ``max_attempts`` times, ``days_between_attempts`` apart, from its thresholds on (Y4)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="dunning_campaigns")
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    max_attempts = models.PositiveSmallIntegerField(default=3)
    days_between_attempts = models.PositiveSmallIntegerField(default=7)
    bcc_emails = ArrayField(models.CharField(max_length=512), default=list, blank=True)
    applied_to_organization = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at__isnull=True),
                name="dunning_campaign_code_unique",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(deleted_at__isnull=True, applied_to_organization=True),
                name="dunning_campaign_one_for_the_organization",
            ),
            models.CheckConstraint(condition=Q(max_attempts__gte=1), name="dunning_campaign_max_attempts_gte_1"),
            models.CheckConstraint(
                condition=Q(days_between_attempts__gte=1), name="dunning_campaign_days_between_attempts_gte_1"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DunningThreshold(Entity):
    """The overdue sum in one currency from which on a campaign asks."""

    campaign = models.ForeignKey(DunningCampaign, on_delete=models.CASCADE, related_name="thresholds")
    currency = currency_field()
    amount_cents = cents_field()

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "currency"], name="dunning_threshold_once_per_currency"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="dunning_threshold_amount_cents_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.currency}"


class DunningDefault(models.Model):
    """The campaign for the customers of a billing entity."""

    billing_entity = models.OneToOneField(
        BillingEntity, primary_key=True, on_delete=models.CASCADE, related_name="dunning_default"
    )
    campaign = models.ForeignKey(DunningCampaign, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        ordering = ["billing_entity"]

    def __str__(self) -> str:
        return f"{self.billing_entity_id}: {self.campaign_id}"


class CustomerDunning(models.Model):
    """What is different for one customer: another campaign than the billing entity's, or none."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="dunning")
    campaign = models.ForeignKey(
        DunningCampaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="customers"
    )
    is_excluded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.customer_id}: {'never' if self.is_excluded else self.campaign_id}"


class DunningProgress(models.Model):
    """How often ``campaign`` has asked a customer for what is overdue in one currency; gone when that is paid."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="dunning_progress")
    currency = currency_field()
    campaign = models.ForeignKey(DunningCampaign, on_delete=models.CASCADE, related_name="progress")
    attempts = models.PositiveSmallIntegerField()
    last_attempt_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "dunning progress"
        constraints = [
            models.UniqueConstraint(fields=["customer", "currency"], name="dunning_progress_once_per_currency"),
            models.CheckConstraint(condition=Q(attempts__gte=1), name="dunning_progress_attempts_gte_1"),
        ]

    def __str__(self) -> str:
        return f"{self.attempts} × {self.currency}"
