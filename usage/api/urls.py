"""Routes of billable metrics and events."""

from django.urls import path

from billing_site.kernel.api import paths  # noqa: F401 (registers the converters)
from usage.api.views.billable_metric import BillableMetricsView, BillableMetricView
from usage.api.views.event import EventBatchView, EventsView, EventView
from usage.api.views.expression import EvaluateExpressionView

urlpatterns = [
    path("billable_metrics", BillableMetricsView.as_view()),
    path("billable_metrics/evaluate_expression", EvaluateExpressionView.as_view()),
    path("billable_metrics/<code:code>", BillableMetricView.as_view()),
    path("events", EventsView.as_view()),
    path("events/batch", EventBatchView.as_view()),
    # A transaction id may hold slashes, as a code may.
    path("events/<code:transaction_id>", EventView.as_view()),
]
