"""Who may look: a signed link opens one customer's portal in one browser, for as long as the link is valid.

The link's token moves into a cookie at once, so that no page's address holds it: none that is shared, printed, kept
in the browser's history or sent along as Referer. The cookie belongs to the customer's own path: portals of several
customers can be open in one browser and never mix.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from babel.core import negotiate_locale
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing_site.kernel.errors import Forbidden
from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named
from billing_site.portal.queries import customer_with_portal
from billing_site.portal.words import CATALOGUE, Words, words_for
from customers.models import Customer
from customers.portal_link import VALID_FOR, customer_id_of
from invoices.documents.labels import document_locale, labels_for

COOKIE = "portal"

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer at the portal; ``at`` is the organization's now, ``locale`` one that the portal has words for."""

    customer: Customer
    locale: str
    at: datetime

    @property
    def words(self) -> Words:
        return words_for(self.locale)

    @property
    def context(self) -> dict[str, Any]:
        """What every page wants."""
        labels = labels_for(self.locale)
        return {"visit": self, "words": self.words, "labels": labels, "language": self.language}

    @property
    def language(self) -> str:
        """As HTML names it."""
        return str(locale_named(self.locale)).replace("_", "-")

    @property
    def timezone(self) -> str:
        return self.customer.applicable_timezone

    @property
    def issuer_initials(self) -> str:
        return "".join(word[0] for word in self.customer.billing_entity.name.split()[:2]).upper()


def sealed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Reads only, a friendly page for every refusal, and headers that keep the page to its reader."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Forbidden as refusal:
            response = refused(request, refusal)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def visitors_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view(request, visit, …)`` for the customer of the address, whose link this browser has opened."""

    @sealed
    @wraps(view)
    def answer(request: HttpRequest, customer_id: UUID, **kwargs: Any) -> HttpResponse:
        visit = _visit(request, customer_id)
        try:
            return view(request, visit, **kwargs)
        except Http404:
            return render(request, "portal/not_found.html", visit.context, status=HTTPStatus.NOT_FOUND)

    return answer


@sealed
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    customer_id = customer_id_of(token)
    home = reverse("portal:overview", args=[customer_id])
    response = redirect(home)
    response.set_cookie(
        COOKIE,
        token,
        max_age=VALID_FOR,
        path=home,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@sealed
def nobody(request: HttpRequest) -> HttpResponse:
    """The portal's bare address belongs to no customer."""
    raise Forbidden("portal_link_invalid")


def refused(request: HttpRequest, refusal: Forbidden) -> HttpResponse:
    """Tells an honest reader what to do, and nothing about customers."""
    expired = refusal.code == "portal_link_expired"
    locale = preferred_locale(request)
    return render(
        request,
        "portal/closed.html",
        {"words": words_for(locale), "language": locale, "expired": expired},
        status=HTTPStatus.GONE if expired else HTTPStatus.FORBIDDEN,
    )


def preferred_locale(request: HttpRequest) -> str:
    """The browser's first language that the portal speaks."""
    wanted = [part.partition(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
    return negotiate_locale(wanted, CATALOGUE, sep="-") or FALLBACK_LOCALE


def _visit(request: HttpRequest, customer_id: UUID) -> Visit:
    if customer_id_of(request.COOKIES.get(COOKIE, "")) != customer_id:
        raise Forbidden("portal_link_invalid")
    customer = customer_with_portal(customer_id)
    if customer is None:
        raise Forbidden("portal_link_invalid")
    return Visit(customer, document_locale(customer.applicable_document_locale), customer.organization.now())
