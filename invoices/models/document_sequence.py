"""The last number given, per billing entity and, where numbering is per customer, per customer."""

from django.db import models
from django.db.models import Q

from customers.models import BillingEntity, Customer


class DocumentSequence(models.Model):
    """Raised in the transaction that finalizes, so numbers have no gaps (3-I4)."""

    billing_entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["billing_entity", "customer"], nulls_distinct=False, name="document_sequence_unique"
            ),
            models.CheckConstraint(condition=Q(last_number__gte=0), name="document_sequence_gte_0"),
        ]

    def __str__(self) -> str:
        return f"{self.billing_entity_id}/{self.customer_id or ''}: {self.last_number}"
