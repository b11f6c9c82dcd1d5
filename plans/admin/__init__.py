"""The console's pages on plans, subscriptions and what hangs on them."""

from plans.admin import add_on, coupon, customer_tab, feature, own_prices, plan, subscription, unmatched_events

__all__ = ["add_on", "coupon", "customer_tab", "feature", "own_prices", "plan", "subscription", "unmatched_events"]
