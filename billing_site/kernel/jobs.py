"""Queued work. PostgreSQL is the queue, so what is queued in a transaction exists only if that commits."""

from typing import Any

from django.utils.module_loading import import_string
from django_q.tasks import async_task

from billing_site.kernel.rehearsal import is_performed, is_rehearsal


def enqueue(task: str, *arguments: Any, inline: bool) -> None:
    """Run the function named ``task`` in a worker after this transaction, or, if ``inline``, here and now.

    Arguments are ids and instants only. A task may run twice, so it must be idempotent. A rehearsal queues nothing,
    and runs what it performs.
    """
    if is_rehearsal() and not is_performed(task):
        return
    if inline or is_performed(task):
        import_string(task)(*arguments)
    else:
        async_task(task, *arguments)
