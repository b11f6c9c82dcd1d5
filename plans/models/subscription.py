"""A subscription: a customer's agreement to a plan."""

from uuid import UUID

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import cents_field, enum_field
from billing_site.kernel.models import Entity
from customers.models import BillingEntity, Customer, Organization
from plans.models.plan import Plan
from plans.periods import BillingTime


class SubscriptionStatus(models.TextChoices):
    PENDING = "pending"
    ACTIVE = "active"
    TERMINATED = "terminated"
    CANCELED = "canceled"
    INCOMPLETE = "incomplete"


class OnTerminationCreditNote(models.TextChoices):
    CREDIT = "credit"
    REFUND = "refund"
    OFFSET = "offset"
    SKIP = "skip"


class OnTerminationInvoice(models.TextChoices):
    GENERATE = "generate"
    SKIP = "skip"


class Subscription(Entity):
    """``subscription_at`` anchors the periods; ``next_billing_at`` is when the next periodic invoice is due.

    ``previous_subscription`` is the one that a change of plan ended or is to end. ``trial_end_at`` is when the trial
    that it started with is to end, ``trial_ended_at`` that it has. Its end is announced at ``termination_alert_at``.
    What waits for its first payment has started and is ``incomplete``; it is active from ``activated_at`` on.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="subscriptions")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    billing_entity = models.ForeignKey(
        BillingEntity, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )
    previous_subscription = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_subscriptions"
    )
    external_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True, default="")
    status = enum_field(SubscriptionStatus)
    billing_time = enum_field(BillingTime, default=BillingTime.CALENDAR)
    subscription_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True, editable=False)
    ending_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(max_length=64, blank=True, default="")
    trial_end_at = models.DateTimeField(null=True, blank=True, editable=False)
    trial_ended_at = models.DateTimeField(null=True, blank=True)
    termination_alert_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_billing_at = models.DateTimeField(null=True, blank=True, editable=False)
    on_termination_credit_note = enum_field(OnTerminationCreditNote, null=True, blank=True)
    on_termination_invoice = enum_field(OnTerminationInvoice, default=OnTerminationInvoice.GENERATE)
    consolidate_invoice = models.BooleanField(default=True)
    purchase_order_number = models.CharField(max_length=255, blank=True, default="")
    progressive_billing_disabled = models.BooleanField(default=False)
    external_historical_usage_amount_cents = cents_field(help_text="Usage billed elsewhere before (S16).")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=Q(status="active"),
                name="subscription_external_id_unique_while_active",
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=Q(status="pending", previous_subscription__isnull=True),
                name="subscription_external_id_unique_while_pending",
            ),
            models.UniqueConstraint(
                fields=["previous_subscription"],
                condition=~Q(status="canceled"),
                name="subscription_followed_by_one",
            ),
            *non_negative("subscription", "external_historical_usage_amount_cents"),
            one_of("subscription", "status", SubscriptionStatus),
            one_of("subscription", "billing_time", BillingTime),
            one_of("subscription", "on_termination_credit_note", OnTerminationCreditNote),
            one_of("subscription", "on_termination_invoice", OnTerminationInvoice),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(started_at__isnull=False, next_billing_at__isnull=False),
                name="subscription_active_has_started_and_is_due",
            ),
            models.CheckConstraint(
                condition=~Q(status="terminated") | Q(terminated_at__gte=F("started_at")),
                name="subscription_terminated_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_billing_at"], condition=Q(status="active"), name="subscription_due"
            ),
            models.Index(
                fields=["organization", "subscription_at"], condition=Q(status="pending"), name="subscription_pending"
            ),
            models.Index(
                fields=["organization", "ending_at"],
                condition=Q(status="active", ending_at__isnull=False),
                name="subscription_ending",
            ),
            models.Index(
                fields=["organization", "termination_alert_at"],
                condition=Q(status="active", termination_alert_at__isnull=False),
                name="subscription_to_alert_of",
            ),
            models.Index(
                fields=["organization", "trial_end_at"],
                condition=Q(status="active", trial_end_at__isnull=False, trial_ended_at__isnull=True),
                name="subscription_in_trial",
            ),
            models.Index(fields=["organization", "external_id", "-created_at"], name="subscription_by_external_id"),
            models.Index(fields=["organization", "-created_at", "-id"], name="subscription_newest"),
            # Rare among millions; what runs write is active and costs it nothing.
            models.Index(
                fields=["organization", "status", "-created_at", "-id"],
                condition=Q(status__in=["pending", "terminated", "canceled", "incomplete"]),
                name="subscription_not_active",
            ),
            GinIndex(OpClass(Upper("external_id"), name="gin_trgm_ops"), name="subscription_search"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id

    @property
    def issuer(self) -> BillingEntity:
        """Who bills it: its own billing entity, else the customer's (S21)."""
        return self.billing_entity or self.customer.billing_entity

    @property
    def issuer_id(self) -> UUID:
        return self.billing_entity_id or self.customer.billing_entity_id

    @property
    def is_incomplete(self) -> bool:
        """It waits for its first payment (S18)."""
        return self.status == SubscriptionStatus.INCOMPLETE
