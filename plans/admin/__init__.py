"""The console's pages on plans and subscriptions."""

from plans.admin import customer_tab, plan, subscription, unmatched_events

__all__ = ["customer_tab", "plan", "subscription", "unmatched_events"]
