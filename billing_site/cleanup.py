"""Deletes what nobody needs any more: old task results, sessions, log-in attempts and webhook messages."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_q.models import Task

from customers.webhooks.retention import forget_old_messages

KEEP_SUCCESSES = timedelta(days=7)
KEEP_FAILURES = timedelta(days=90)
KEEP_LOG_INS = timedelta(days=90)


def clean_up() -> None:
    """The nightly task. Each statement stands alone: what one run leaves, the next takes."""
    now = timezone.now()
    Task.objects.filter(success=True, stopped__lt=now - KEEP_SUCCESSES).delete()
    Task.objects.filter(success=False, stopped__lt=now - KEEP_FAILURES).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - KEEP_LOG_INS).delete()
    AccessLog.objects.filter(attempt_time__lt=now - KEEP_LOG_INS).delete()
    forget_old_messages(now=now)
