"""The URLs of the site."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from billing_site.health import healthz, metrics
from billing_site.kernel.api import errors
from invoices.api.views.file import CreditNoteFileView, InvoiceFileView, ReceiptFileView
from invoices.api.views.provider_webhook import ProviderWebhookView

handler400 = errors.bad_request
handler404 = errors.page_not_found
handler500 = errors.server_error

documentation = [
    path("schema/", SpectacularJSONAPIView.as_view(authentication_classes=[]), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema", authentication_classes=[]), name="docs"),
]

api = [
    # Before ``events/<transaction_id>``, which would swallow the estimates of events.
    path("", include("invoices.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("usage.api.urls")),
    path("", include("plans.api.urls")),
]

urlpatterns = [
    path("healthz", healthz),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("portal/", include("billing_site.portal.urls")),
    path("api/v1/", include(api)),
    path("files/invoices/<external_id:token>", InvoiceFileView.as_view()),
    path("files/payment_receipts/<external_id:token>", ReceiptFileView.as_view()),
    path("files/credit_notes/<external_id:token>", CreditNoteFileView.as_view()),
    path("webhooks/<slug:provider_type>/<uuid:organization_id>", ProviderWebhookView.as_view()),
    path("api/", include(documentation)),
]
