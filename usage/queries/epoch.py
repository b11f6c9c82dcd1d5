"""How far the buckets are."""

from billing_site.kernel.prepared import prepared_cursor


def current_epoch() -> int:
    """The number of the last roll; 0 before the first. A flush with a higher epoch, or none, came later."""
    with prepared_cursor() as cursor:
        cursor.execute("SELECT coalesce(max(epoch), 0) FROM usage_flush")
        (epoch,) = cursor.fetchone()
    return int(epoch)
