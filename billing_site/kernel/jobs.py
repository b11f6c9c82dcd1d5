"""Queued work. PostgreSQL is the queue, so what is queued in a transaction exists only if that commits."""

from typing import Any

from django.utils.module_loading import import_string
from django_q.tasks import async_task

from billing_site.kernel.rehearsal import is_rehearsal


def enqueue(task: str, *arguments: Any, inline: bool) -> None:
    """Run the function named ``task`` in a worker after this transaction, or, if ``inline``, here and now.

    Arguments are ids and instants only. A task may run twice, so it must be idempotent. A rehearsal queues nothing.
    """
    if is_rehearsal():
        return
    if inline:
        import_string(task)(*arguments)
    else:
        async_task(task, *arguments)
