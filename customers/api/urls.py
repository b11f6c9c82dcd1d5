"""Routes of organizations, billing entities, customers and taxes."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from customers.api.views.billing_entity import BillingEntitiesView, BillingEntityView
from customers.api.views.customer import CustomersView, CustomerView, PortalUrlView
from customers.api.views.organization import OrganizationView
from customers.api.views.tax import TaxesView, TaxView

urlpatterns = [
    path("organizations", OrganizationView.as_view()),
    path("billing_entities", BillingEntitiesView.as_view()),
    path("billing_entities/<code:code>", BillingEntityView.as_view()),
    path("customers", CustomersView.as_view()),
    path("customers/<external_id:external_id>", CustomerView.as_view()),
    path("customers/<external_id:external_id>/portal_url", PortalUrlView.as_view()),
    path("taxes", TaxesView.as_view()),
    path("taxes/<code:code>", TaxView.as_view()),
]
