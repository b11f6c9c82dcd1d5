"""How invoices react to what the apps to the left announce."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from invoices.services.subscription_invoices import queue_starting_invoices, queue_terminating_invoices
from plans.models import Subscription
from plans.signals import subscription_started, subscription_terminated


@receiver(subscription_started)
def bill_the_start(subscriptions: Sequence[Subscription], **_: Any) -> None:
    queue_starting_invoices(subscriptions=subscriptions)


@receiver(subscription_terminated)
def bill_the_end(subscriptions: Sequence[Subscription], **_: Any) -> None:
    queue_terminating_invoices(subscriptions=subscriptions)
