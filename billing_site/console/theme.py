"""How the console looks: django-unfold's settings."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

from billing_site.kernel.admin.display import instant
from billing_site.kernel.admin.scope import organization_of

# Petrol: calm beside the red, amber and green of states.
PRIMARY = {
    "50": "oklch(97.7% .014 195)",
    "100": "oklch(94.8% .033 195)",
    "200": "oklch(89.5% .06 195)",
    "300": "oklch(82% .092 196)",
    "400": "oklch(71.5% .107 198)",
    "500": "oklch(60.5% .103 200)",
    "600": "oklch(51.5% .09 202)",
    "700": "oklch(44% .076 204)",
    "800": "oklch(37.5% .062 206)",
    "900": "oklch(32% .05 208)",
    "950": "oklch(23.5% .038 210)",
}


def console_static(name: str) -> Any:
    return lambda request: static(f"console/{name}")


def environment(request: HttpRequest) -> str:
    """A sandbox's time, in the badge that keeps anyone from taking it for the real thing."""
    organization = organization_of(request)
    return f"{instant(organization.now())} UTC" if organization is not None and organization.sandbox else ""


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Meterbook",
    "SITE_HEADER": "Meterbook",
    "SITE_URL": None,
    "SITE_ICON": console_static("mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": console_static("mark.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "7px",
    "COLORS": {"primary": PRIMARY},
    "ENVIRONMENT": "billing_site.console.theme.environment",
    "STYLES": [console_static("console.css")],
    "SCRIPTS": [console_static("console.js")],
    "ACCOUNT": {
        "navigation": [
            {"title": "Two-step sign-in", "link": reverse_lazy("admin:two_step")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ],
    },
    "SIDEBAR": {"show_search": True, "command_search": True},
}
