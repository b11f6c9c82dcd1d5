"""The pages of the portal. All of them read; two lead to the payment provider's own pages."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from billing_site.portal.access import Visit, visitors_only
from billing_site.portal.pages.balance import balance_of
from billing_site.portal.pages.credit_note_rows import credit_note_rows
from billing_site.portal.pages.invoice import invoice_page
from billing_site.portal.pages.invoice_rows import invoice_rows
from billing_site.portal.pages.paying import can_pay, go_to_page, saved_cards
from billing_site.portal.pages.payments import payment_rows
from billing_site.portal.pages.usage import usage_cards
from billing_site.portal.pages.wallets import wallet_cards
from billing_site.portal.paging import page_after
from billing_site.portal.queries import active_subscriptions, issued_credit_notes, issued_invoices
from invoices.documents.credit_note import credit_note_pdf
from invoices.documents.store import Pdf, invoice_pdf
from invoices.queries import with_details
from invoices.services.collection import payment_page
from invoices.services.payment_method import method_page

LATEST_INVOICES = 3
INVOICES_A_PAGE = 25
SUBSCRIPTIONS_A_PAGE = 20
INVOICE_ORDER = ("issuing_date", "created_at", "id")
SUBSCRIPTION_ORDER = ("created_at", "id")


@visitors_only
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    subscriptions = active_subscriptions(visit.customer)
    page = page_after(subscriptions, SUBSCRIPTION_ORDER, request.GET.get("after", ""), size=SUBSCRIPTIONS_A_PAGE)
    latest = issued_invoices(visit.customer)[:LATEST_INVOICES]
    context = {
        "page": page,
        "balance": balance_of(visit),
        "usage": usage_cards(visit, page.rows),
        "wallets": wallet_cards(visit),
        "invoices": invoice_rows(visit, latest),
        "cards": saved_cards(visit),
    }
    return shown(request, visit, "overview", context)


@visitors_only
def invoices(request: HttpRequest, visit: Visit) -> HttpResponse:
    issued = issued_invoices(visit.customer)
    page = page_after(issued, INVOICE_ORDER, request.GET.get("after", ""), size=INVOICES_A_PAGE)
    return shown(request, visit, "invoices", {"page": page, "invoices": invoice_rows(visit, page.rows)})


@visitors_only
def invoice(request: HttpRequest, visit: Visit, invoice_id: UUID) -> HttpResponse:
    found = with_details(issued_invoices(visit.customer)).filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return shown(
        request,
        visit,
        "invoice",
        {"invoice": found, "page": invoice_page(visit, found), "payments": payment_rows(visit, found)}
        | {"can_pay": can_pay(visit, found)},
    )


@visitors_only
def pdf(request: HttpRequest, visit: Visit, invoice_id: UUID) -> HttpResponse:
    found = issued_invoices(visit.customer).filter(id=invoice_id).first()
    if found is None:
        raise Http404
    document = invoice_pdf(found)
    response = download(found.number, document)
    return get_conditional_response(request, etag=document.etag, response=response) or response


@visitors_only
def credit_notes(request: HttpRequest, visit: Visit) -> HttpResponse:
    issued = issued_credit_notes(visit.customer)
    page = page_after(issued, INVOICE_ORDER, request.GET.get("after", ""), size=INVOICES_A_PAGE)
    return shown(request, visit, "credit_notes", {"page": page, "credit_notes": credit_note_rows(visit, page.rows)})


@visitors_only
def note_pdf(request: HttpRequest, visit: Visit, note_id: UUID) -> HttpResponse:
    found = issued_credit_notes(visit.customer).filter(id=note_id).first()
    if found is None:
        raise Http404
    document = credit_note_pdf(found)
    response = download(found.number, document)
    return get_conditional_response(request, etag=document.etag, response=response) or response


@visitors_only
def pay(request: HttpRequest, visit: Visit, invoice_id: UUID) -> HttpResponse:
    found = issued_invoices(visit.customer).filter(id=invoice_id).select_related("customer__billing_entity").first()
    if found is None:
        raise Http404
    return go_to_page(request, visit, lambda: payment_page(invoice=found, at=visit.at))


@visitors_only
def add_card(request: HttpRequest, visit: Visit) -> HttpResponse:
    return go_to_page(request, visit, lambda: method_page(customer=visit.customer, at=visit.at))


def shown(request: HttpRequest, visit: Visit, name: str, context: dict[str, object]) -> HttpResponse:
    return render(request, f"portal/{name}.html", {**visit.context, "here": name, **context})


def download(name: str, document: Pdf) -> HttpResponse:
    """Kept by the browser, asked for anew each time: a voided invoice has another document."""
    headers = {
        "ETag": document.etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.pdf"),
    }
    return HttpResponse(document.content, content_type="application/pdf", headers=headers)
