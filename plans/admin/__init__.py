"""The console's pages on plans and subscriptions."""

from plans.admin import add_on, customer_tab, own_prices, plan, subscription, unmatched_events

__all__ = ["add_on", "customer_tab", "own_prices", "plan", "subscription", "unmatched_events"]
