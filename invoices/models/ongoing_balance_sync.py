"""How far the usage of an organization has been taken into its wallets' ongoing balances."""

from django.db import models

from billing_site.kernel.constraints import non_negative
from customers.models import Organization


class OngoingBalanceSync(models.Model):
    """``usage_epoch``: events of later rolls are not in the ongoing balances yet."""

    organization = models.OneToOneField(
        Organization, primary_key=True, on_delete=models.CASCADE, related_name="ongoing_balance_sync"
    )
    usage_epoch = models.BigIntegerField(default=0)

    class Meta:
        constraints = [*non_negative("ongoing_balance_sync", "usage_epoch")]

    def __str__(self) -> str:
        return f"epoch {self.usage_epoch}"
