"""Usage that arrived after the drafts that it belongs to were computed.

An invoice keeps the epoch that it read up to. What arrived since is looked through once, however many drafts there are.
"""

from django.db import connection
from django.db.models import Min

from customers.models import Organization
from invoices.models import DraftWatch, Invoice, InvoiceStatus
from usage.queries import current_epoch

# An event counts for a draft's period, and with a recurring metric for all that end after it.
_FLAG = """
    WITH late AS (
        SELECT stream.external_subscription_id, min(event.timestamp) AS first, max(flush.epoch) AS epoch
        FROM usage_flush AS flush
        JOIN usage_event AS event ON event.flush_id = flush.id
        JOIN usage_stream AS stream ON stream.id = event.stream_id
        WHERE flush.organization_id = %(organization)s AND flush.epoch > %(seen)s AND flush.epoch <= %(epoch)s
        GROUP BY stream.external_subscription_id
    )
    UPDATE invoices_invoice SET ready_to_be_refreshed = true
    WHERE id IN (
        SELECT draft.id FROM late
        JOIN plans_subscription AS subscription ON subscription.organization_id = %(organization)s
            AND subscription.external_id = late.external_subscription_id
        JOIN invoices_invoicesubscription AS period ON period.subscription_id = subscription.id
            AND period.charges_to_datetime > to_timestamp(late.first / 1000000.0)
        JOIN invoices_invoice AS draft ON draft.id = period.invoice_id
            AND draft.status = 'draft' AND draft.usage_epoch < late.epoch
        ORDER BY draft.id FOR UPDATE OF draft
    )
"""


def flag_drafts_of_late_usage(organization: Organization) -> None:
    """Flag the drafts that events have arrived for since they were computed; in the caller's transaction."""
    drafts = Invoice.objects.filter(organization=organization, status=InvoiceStatus.DRAFT)
    oldest = drafts.aggregate(epoch=Min("usage_epoch"))["epoch"]
    if oldest is None:
        return
    watch = DraftWatch.objects.select_for_update().filter(organization=organization).first()
    seen, epoch = max(oldest, watch.usage_epoch if watch else 0), current_epoch()
    if epoch > seen:
        with connection.cursor() as cursor:
            cursor.execute(_FLAG, {"organization": organization.id, "seen": seen, "epoch": epoch})
        DraftWatch.objects.update_or_create(organization=organization, defaults={"usage_epoch": epoch})
