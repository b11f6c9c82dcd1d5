"""The URLs of the site."""

from django.contrib import admin
from django.urls import path

from billing_site.health import healthz, metrics

urlpatterns = [
    path("healthz", healthz),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
]
