"""The site as a Django app: kernel, console, portal and the management commands."""

from django.apps import AppConfig


class BillingSiteConfig(AppConfig):
    name = "billing_site"
    verbose_name = "Billing site"
