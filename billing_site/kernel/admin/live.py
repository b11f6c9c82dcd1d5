"""What a dialog says about the values while they are typed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from billing_site.kernel.admin.sentences import explained
from billing_site.kernel.errors import BillingError

Facts = list[tuple[str, str]]


def said_live(request: HttpRequest, facts: Callable[[], Facts]) -> HttpResponse:
    """``facts``, or the sentence of the refusal that they meet."""
    try:
        return TemplateResponse(request, "admin/live.html", {"facts": facts()})
    except BillingError as refusal:
        return TemplateResponse(request, "admin/live.html", {"refusal": explained(refusal)})
