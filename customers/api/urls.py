"""Routes of customers, taxes and organizations."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from customers.api import views

urlpatterns = [
    path("taxes", views.TaxesView.as_view()),
    path("taxes/<code:code>", views.TaxView.as_view()),
]
