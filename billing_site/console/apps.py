"""Puts the console's site in the place of Django's admin site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    default_site = "billing_site.console.site.ConsoleSite"

    def ready(self) -> None:
        """After the apps' own admin modules come the pages that stand on all of them."""
        super().ready()
        for name in ("organization_admin", "two_step"):
            import_module(f"billing_site.console.{name}")
        import_module("billing_site.console.system_admin").restyle()
