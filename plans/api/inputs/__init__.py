"""Bodies of the commands on add-ons, plans, their charges and subscriptions."""
