"""Routes of organizations, billing entities, customers, taxes and webhooks."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from customers.api.views import webhook
from customers.api.views.billing_entity import BillingEntitiesView, BillingEntityView
from customers.api.views.custom_section import InvoiceCustomSectionsView, InvoiceCustomSectionView
from customers.api.views.customer import CustomersView, CustomerView, PortalUrlView, VatEvidenceView
from customers.api.views.organization import OrganizationView
from customers.api.views.tax import TaxesView, TaxView

urlpatterns = [
    path("organizations", OrganizationView.as_view()),
    path("billing_entities", BillingEntitiesView.as_view()),
    path("billing_entities/<code:code>", BillingEntityView.as_view()),
    path("customers", CustomersView.as_view()),
    path("customers/<external_id:external_id>", CustomerView.as_view()),
    path("customers/<external_id:external_id>/portal_url", PortalUrlView.as_view()),
    path("customers/<external_id:external_id>/vat_evidence", VatEvidenceView.as_view()),
    path("invoice_custom_sections", InvoiceCustomSectionsView.as_view()),
    path("invoice_custom_sections/<code:code>", InvoiceCustomSectionView.as_view()),
    path("taxes", TaxesView.as_view()),
    path("taxes/<code:code>", TaxView.as_view()),
    path("webhook_endpoints", webhook.WebhookEndpointsView.as_view()),
    path("webhook_endpoints/<external_id:lago_id>", webhook.WebhookEndpointView.as_view()),
    path("webhook_messages", webhook.WebhookMessagesView.as_view()),
    path("webhooks/json_public_key", webhook.JsonPublicKeyView.as_view()),
    path("webhooks/public_key", webhook.PublicKeyView.as_view()),
]
