"""What the apps to the right may want to know. Sent inside the command's transaction, with ``at``."""

from django.dispatch import Signal

# customer, at: soft-deleted; its subscriptions, coupons and wallets are to be ended.
customer_deleted = Signal()
# customer, at: created or changed by the API or an operator.
customer_saved = Signal()
# organization, at: a rate, or where a tax applies, has changed; drafts are to be refreshed.
taxes_changed = Signal()
