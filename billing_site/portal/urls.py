"""Addresses of the portal. The customer's path is also the path of the cookie that opens it."""

from django.urls import path

from billing_site.portal import access, views

app_name = "portal"

urlpatterns = [
    path("", access.nobody, name="nobody"),
    path("<uuid:customer_id>/", views.overview, name="overview"),
    path("<uuid:customer_id>/invoices", views.invoices, name="invoices"),
    path("<uuid:customer_id>/invoices/<uuid:invoice_id>", views.invoice, name="invoice"),
    path("<uuid:customer_id>/invoices/<uuid:invoice_id>.pdf", views.pdf, name="pdf"),
    path("<uuid:customer_id>/credit_notes", views.credit_notes, name="credit_notes"),
    path("<uuid:customer_id>/credit_notes/<uuid:note_id>.pdf", views.note_pdf, name="note_pdf"),
    path("<uuid:customer_id>/invoices/<uuid:invoice_id>/pay", views.pay, name="pay"),
    path("<uuid:customer_id>/card", views.add_card, name="add_card"),
    path("<str:token>", access.open_link, name="open"),
]
