from importlib import import_module

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"

    def ready(self) -> None:
        # Receivers are called in the order in which they came: a start is told before the invoice that it causes.
        import_module("invoices.webhook_receivers")
        import_module("invoices.receivers")
