"""The endpoint for events as one writes it first: a ModelSerializer for each event and ``bulk_create``.

The same authentication, the same middleware, the same database; no buckets, no interning, and a duplicate is silently
ignored. A WSGI site of its own.
"""

import os
from typing import Any, ClassVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from billing_site.kernel.clock import wall_now  # noqa: E402
from customers.models import Organization  # noqa: E402


class NaiveEvent(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    transaction_id = models.CharField(max_length=255)
    external_subscription_id = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    timestamp = models.DecimalField(max_digits=20, decimal_places=6)
    properties = models.JSONField()
    created_at = models.DateTimeField()

    objects: "ClassVar[models.Manager[NaiveEvent]]" = models.Manager()

    class Meta:
        app_label = "benchmarks"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_subscription_id", "transaction_id"], name="naive_event_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "external_subscription_id", "code", "timestamp"])]

    def __str__(self) -> str:
        return self.transaction_id


class NaiveEventSerializer(serializers.ModelSerializer):
    class Meta:
        model = NaiveEvent
        fields = ["transaction_id", "external_subscription_id", "code", "timestamp", "properties"]


class NaiveEventsView(APIView):
    def post(self, request: Request) -> Response:
        body: dict[str, Any] = request.data  # type: ignore[assignment]
        sent = body["events"] if "events" in body else [body["event"]]
        serializer = NaiveEventSerializer(data=sent, many=True)
        serializer.is_valid(raise_exception=True)
        organization: Any = request.user
        events = [
            NaiveEvent(organization=organization, created_at=wall_now(), **values)
            for values in serializer.validated_data
        ]
        NaiveEvent.objects.bulk_create(events, ignore_conflicts=True)
        return Response({"events": serializer.data})


urlpatterns = [
    path("api/v1/events", NaiveEventsView.as_view()),
    path("api/v1/events/batch", NaiveEventsView.as_view()),
]
settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
