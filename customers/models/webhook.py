"""Webhooks: where an organization wants to be told, what it is told, and how telling it went."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.ids import uuid7
from billing_site.kernel.models import Entity
from customers.models.organization import Organization


class SignatureAlgorithm(models.TextChoices):
    JWT = "jwt", "JWT (RS256, with this server's key)"
    HMAC = "hmac", "HMAC (SHA-256, with this endpoint's key)"


class DeliveryStatus(models.TextChoices):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


def new_hmac_key() -> str:
    return secrets.token_urlsafe(32)


class WebhookEndpoint(Entity):
    """``event_types`` are the types that it wants; NULL: all of them."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="webhook_endpoints")
    webhook_url = models.CharField(max_length=2048)
    name = models.CharField(max_length=255, blank=True, default="")
    signature_algo = enum_field(SignatureAlgorithm, default=SignatureAlgorithm.JWT)
    event_types = ArrayField(models.CharField(max_length=64), null=True, blank=True)
    hmac_key = models.CharField(max_length=64, default=new_hmac_key, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "webhook_url"], name="webhook_endpoint_url_unique"),
            one_of("webhook_endpoint", "signature_algo", SignatureAlgorithm),
        ]

    def __str__(self) -> str:
        return self.name or self.webhook_url


class WebhookMessage(Entity):
    """One thing that happened, as it is told to every endpoint; ``payload`` is the whole body.

    Where that is NULL the object is final, and shown when the message is needed first (``webhooks.rendering``).
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="webhook_messages", db_index=False
    )
    webhook_type = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payload__isnull=False) | Q(object_id__isnull=False),
                name="webhook_message_has_payload_or_object",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "id"], name="webhook_message_oldest"),
            models.Index(fields=["organization", "webhook_type", "id"], name="webhook_message_of_type"),
        ]

    def __str__(self) -> str:
        return self.webhook_type


class WebhookDelivery(models.Model):
    """A message on its way to one endpoint; its id is the ``X-Lago-Unique-Key`` of all attempts.

    ``next_attempt_at`` is the real world's, also in a sandbox; while an attempt is made it is when that counts as lost.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    status = enum_field(DeliveryStatus, default=DeliveryStatus.PENDING)
    attempts_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(fields=["message", "endpoint"], name="webhook_delivery_once_per_endpoint"),
            models.CheckConstraint(
                condition=Q(status="pending", next_attempt_at__isnull=False)
                | (~Q(status="pending") & Q(next_attempt_at__isnull=True)),
                name="webhook_delivery_pending_has_next_attempt",
            ),
            one_of("webhook_delivery", "status", DeliveryStatus),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"], condition=Q(status="pending"), name="webhook_delivery_pending"
            ),
            models.Index(fields=["endpoint", "-id"], condition=Q(status="failed"), name="webhook_delivery_failed"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookAttempt(models.Model):
    """One request: what the endpoint answered, or in ``error`` why it could not."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(http_status__isnull=False) | ~Q(error=""), name="webhook_attempt_has_an_outcome"
            ),
        ]

    def __str__(self) -> str:
        return str(self.http_status or self.error)


class WebhookSigningKey(models.Model):
    """The RSA key of this installation, made when it is needed first; all hosts share it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    private_key = models.TextField(help_text="PEM, PKCS 8.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="webhook_signing_key_only_one")]

    def __str__(self) -> str:
        return "RSA key of webhooks"
