"""What is coming, day by day (UTC), from indexes alone: no count goes beyond what anyone wants to know."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from customers.models import Organization

CAP = 5_000

_COMING = """
    SELECT
        (SELECT count(*) FROM (SELECT FROM plans_subscription AS due
            WHERE due.organization_id = %(organization)s AND due.status = 'active'
                AND due.next_billing_at >= day.start AND due.next_billing_at < day.start + interval '24 hours'
            LIMIT %(most)s) AS counted),
        (SELECT count(*) FROM (SELECT FROM plans_subscription AS waiting
            WHERE waiting.organization_id = %(organization)s AND waiting.status = 'pending'
                AND waiting.previous_subscription_id IS NULL
                AND waiting.subscription_at >= day.start AND waiting.subscription_at < day.start + interval '24 hours'
            LIMIT %(most)s) AS counted),
        (SELECT count(*) FROM (SELECT FROM plans_subscription AS ending
            WHERE ending.organization_id = %(organization)s AND ending.status = 'active'
                AND ending.ending_at >= day.start AND ending.ending_at < day.start + interval '24 hours'
            LIMIT %(most)s) AS counted),
        (SELECT count(*) FROM (SELECT FROM invoices_invoice AS draft
            WHERE draft.organization_id = %(organization)s AND draft.status = 'draft'
                AND draft.expected_finalization_date = (day.start AT TIME ZONE 'UTC')::date
            LIMIT %(most)s) AS counted)
    FROM unnest(%(days)s::timestamptz[]) WITH ORDINALITY AS day (start, nth)
    ORDER BY day.nth
"""


class Coming(NamedTuple):
    """Of one day: subscriptions due, starting and ending, and drafts that become final; ``CAP + 1`` means more."""

    due: int
    starting: int
    ending: int
    finalized: int


def coming(organization: Organization, days: Sequence[datetime]) -> list[Coming]:
    """By the first instant of each day, in order. One query; a subscription is due on its next day only."""
    with connection.cursor() as cursor:
        cursor.execute(_COMING, {"organization": organization.pk, "days": list(days), "most": CAP + 1})
        return [Coming(*row) for row in cursor.fetchall()]
