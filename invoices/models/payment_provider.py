"""Payment providers of an organization, and how its customers pay there."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity, SoftDeletable
from billing_site.kernel.sealed import unseal
from customers.models import Customer, Organization


class ProviderType(models.TextChoices):
    STRIPE = "stripe"


class PaymentProvider(Entity, SoftDeletable):
    """Keys are kept sealed. Without them nothing is ever sent to the provider."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="payment_providers")
    provider_type = enum_field(ProviderType, default=ProviderType.STRIPE)
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    sealed_secret_key = models.TextField(blank=True, default="", editable=False)
    sealed_webhook_secret = models.TextField(blank=True, default="", editable=False)
    success_redirect_url = models.URLField(blank=True, default="")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at__isnull=True),
                name="payment_provider_code_unique",
            ),
            one_of("payment_provider", "provider_type", ProviderType),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secret_key(self) -> str:
        return unseal(self.sealed_secret_key)

    @property
    def webhook_secret(self) -> str:
        return unseal(self.sealed_webhook_secret)

    @property
    def is_on(self) -> bool:
        return bool(self.secret_key)


class PaymentMethod(Entity, SoftDeletable):
    """A card or an account that a customer saved at a provider. ``label`` is what a person knows it by."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="payment_methods")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payment_methods")
    provider = models.ForeignKey(PaymentProvider, on_delete=models.PROTECT, related_name="payment_methods")
    provider_method_id = models.CharField(max_length=255)
    label = models.CharField(max_length=255, blank=True, default="")
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_default", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_method_id"],
                condition=Q(deleted_at__isnull=True),
                name="payment_method_once",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_default=True, deleted_at__isnull=True),
                name="payment_method_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.provider_method_id
