"""Ways to the payment provider's own pages; there are none without a provider."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from billing_site.kernel.errors import BillingError
from billing_site.portal.access import Visit
from invoices.models import Invoice
from invoices.queries import payment_methods_of
from invoices.services.collection import due_cents
from invoices.services.provider import provider_of


@dataclass(frozen=True, slots=True)
class Cards:
    """What the customer saved at the provider, the one that is asked first at the front."""

    labels: list[str]


def saved_cards(visit: Visit) -> Cards | None:
    """None where nothing can be saved. Two queries at most."""
    if provider_of(visit.customer) is None:
        return None
    return Cards([str(method) for method in payment_methods_of(visit.customer)])


def can_pay(visit: Visit, invoice: Invoice) -> bool:
    return due_cents(invoice) > 0 and provider_of(visit.customer) is not None


def go_to_page(request: HttpRequest, visit: Visit, page: Callable[[], str]) -> HttpResponse:
    """To the provider's page, or a friendly sentence where it gives none now."""
    try:
        return redirect(page())
    except BillingError:
        return render(request, "portal/no_page.html", visit.context, status=HTTPStatus.CONFLICT)
