"""Invoices, fees, usage and the test clock over the API."""
