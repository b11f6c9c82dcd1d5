"""Path converters of the API. Import this module in every ``api/urls.py``."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class ExternalIdConverter(StringConverter):
    """An id that the user chose: anything but a slash. NUL never names anything."""

    regex = r"[^/\0]+"


class CodeConverter(StringConverter):
    """A code may hold dots and slashes. Longer routes must stand before the shorter ones that would swallow them."""

    regex = r"[^\0]+"


register_converter(ExternalIdConverter, "external_id")
register_converter(CodeConverter, "code")
