"""One faulty row must not stop a batch."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, transaction

from billing_site.kernel.errors import BillingError

log = structlog.get_logger(__name__)

Item = TypeVar("Item")


def by_halves(
    items: Sequence[Item], work: Callable[[Sequence[Item]], None], set_aside: Callable[[Item, str], None]
) -> None:
    """Do ``work`` on all in one savepoint; where it fails, on each half, until who is at fault stands alone.

    That one is handed to ``set_aside`` with a sentence for the operator; nothing of its work remains.
    """
    if not items:
        return
    try:
        with transaction.atomic():
            work(items)
    # A lost connection or a deadlock is nobody's fault: the caller's whole transaction is taken up again.
    except (OperationalError, InterfaceError):
        raise
    # Whatever one row's data cause is shown and retried.
    except Exception as fault:
        if len(items) == 1:
            log.exception("set aside", item=str(items[0]))
            set_aside(items[0], readable(fault))
            return
        middle = len(items) // 2
        by_halves(items[:middle], work, set_aside)
        by_halves(items[middle:], work, set_aside)


def readable(fault: Exception) -> str:
    """A sentence for the operator who will retry."""
    if isinstance(fault, BillingError):
        return str(fault)
    return f"{type(fault).__name__}: {fault}"
