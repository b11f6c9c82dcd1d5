"""Plans, charges and subscriptions over the API."""
