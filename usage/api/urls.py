"""Routes of billable metrics and events."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
