"""An organization: the tenant that every other row belongs to."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from billing_site.kernel.clock import wall_now
from billing_site.kernel.fields import currency_field
from billing_site.kernel.models import Entity


class Organization(Entity):
    """A tenant. A sandbox has a test clock, which then is its only source of "now"."""

    name = models.CharField(max_length=255)
    sandbox = models.BooleanField(default=False)
    test_clock_at = models.DateTimeField(null=True, blank=True, editable=False)
    live_organization = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="sandboxes"
    )
    default_currency = currency_field(default="USD")
    email_settings = models.JSONField(default=list, blank=True)
    last_customer_sequence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sandbox=True) | Q(test_clock_at__isnull=True), name="organization_clock_only_in_sandbox"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (sandbox)" if self.sandbox else self.name

    def now(self) -> datetime:
        """The only source of "now" in the domain; read once at the edge and passed on as ``at=``."""
        return self.test_clock_at or wall_now()
