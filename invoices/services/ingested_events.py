"""What follows from events, in the transaction that stores them.

Most organizations want nothing of it, and every flush has to know: one question for all, and by hand, since the ORM
would take longer to write it than the database to answer it.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.prepared import prepared_cursor
from invoices.services.draft_refresh import queue_refresh_of_late_usage
from invoices.services.event_fees import queue_event_fees
from invoices.services.usage_activity import note_events
from usage.ingest import StoredFlush

_WANTED = """SELECT o.id, o.sandbox,
        EXISTS (SELECT FROM plans_charge c JOIN plans_plan p ON p.id = c.plan_id
            WHERE p.organization_id = o.id AND c.pay_in_advance AND c.deleted_at IS NULL),
        o.sandbox AND EXISTS (SELECT FROM invoices_invoice i WHERE i.organization_id = o.id AND i.status = 'draft'),
        EXISTS (SELECT FROM invoices_alert a WHERE a.organization_id = o.id AND a.deleted_at IS NULL)
        OR EXISTS (SELECT FROM plans_usagethreshold t LEFT JOIN plans_plan p ON p.id = t.plan_id
            LEFT JOIN plans_subscription s ON s.id = t.subscription_id
            WHERE o.id IN (p.organization_id, s.organization_id) AND t.deleted_at IS NULL)
    FROM customers_organization o WHERE o.id = ANY(%s)"""


class _Wanted(NamedTuple):
    """Of an organization: whether it has charges paid in advance, drafts to refresh, and anything that watches usage.

    A live one's drafts are seen to by its next due work, which looks through all that arrived since the last one.
    """

    sandbox: bool
    pays_in_advance: bool
    refreshes_drafts: bool
    watches: bool


def follow_events(*, flushes: Sequence[StoredFlush]) -> None:
    """Have the new events charged, drafts refreshed and subscriptions looked at, where there is anything to do.

    A constant number of statements, and one task for each flush of an organization with charges paid in advance.
    """
    wanted = _wanted({flush.organization_id for flush in flushes})
    of = [(flush, wanted[flush.organization_id]) for flush in flushes]
    for flush, own in of:
        if own.pays_in_advance:
            queue_event_fees(flush=flush, inline=own.sandbox)
    if refreshed := [key for key, own in wanted.items() if own.refreshes_drafts]:
        queue_refresh_of_late_usage(sandbox_ids=refreshed)
    if watched := [flush for flush, own in of if own.watches]:
        note_events(flushes=watched)


def _wanted(organization_ids: Collection[UUID]) -> dict[UUID, _Wanted]:
    with prepared_cursor() as cursor:
        cursor.execute(_WANTED, [list(organization_ids)])
        return {key: _Wanted(*wanted) for key, *wanted in cursor.fetchall()}
