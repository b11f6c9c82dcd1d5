"""What the apps to the right may want to know. Sent inside the command's transaction, with ``at``."""

from django.dispatch import Signal

# customer, at: soft-deleted; its subscriptions, coupons and wallets are to be ended.
customer_deleted = Signal()
# customer, changed (names of columns, and "taxes"), is_new, at: created or changed.
customer_saved = Signal()
# billing_entity, changed (names of columns, and "taxes"), at: created or changed.
billing_entity_saved = Signal()
# organization, at: a rate, or where a tax applies, has changed; drafts are to be refreshed.
taxes_changed = Signal()
