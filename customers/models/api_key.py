"""An API key: opens one organization. Only its hash is kept."""

import hashlib
import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from billing_site.kernel.models import Entity
from customers.models.organization import Organization


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, *, at: datetime) -> "ApiKeyQuerySet":
        return self.filter(revoked_at__isnull=True).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))


class ApiKey(Entity):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=255, default="default")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    last_characters = models.CharField(max_length=4, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_characters})"

    @staticmethod
    def new_value() -> str:
        return str(uuid.uuid4())

    @staticmethod
    def hashed(value: str) -> str:
        """A key is 122 random bits, so a plain SHA-256 is enough and can be looked up by index."""
        return hashlib.sha256(value.encode()).hexdigest()
