"""Billable metrics over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from usage.api.inputs.billable_metric import BillableMetricInput
from usage.models import BillableMetric
from usage.queries import billable_metrics
from usage.services.billable_metric import create_billable_metric, delete_billable_metric, update_billable_metric
from usage.wire.billable_metric import BillableMetricWire, billable_metric_wire, billable_metrics_wire


class BillableMetricsView(OrganizationAPIView):
    @operation("billable_metrics", BillableMetricWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("billable_metrics", billable_metrics(self.organization), billable_metrics_wire)

    @operation("billable_metric", BillableMetricWire, takes=BillableMetricInput)
    def post(self, request: Request) -> Response:
        values = self.arguments(BillableMetricInput)
        metric = create_billable_metric(organization=self.organization, at=self.at, **values)
        return self.answer(billable_metric=billable_metric_wire(metric))


class BillableMetricView(OrganizationAPIView):
    @operation("billable_metric", BillableMetricWire)
    def get(self, request: Request, code: str) -> Response:
        return self.answer(billable_metric=billable_metric_wire(self.metric(code)))

    @operation("billable_metric", BillableMetricWire, takes=BillableMetricInput)
    def put(self, request: Request, code: str) -> Response:
        values = self.arguments(BillableMetricInput, updating=True)
        metric = update_billable_metric(metric=self.metric(code), at=self.at, **values)
        return self.answer(billable_metric=billable_metric_wire(metric))

    @operation("billable_metric", BillableMetricWire)
    def delete(self, request: Request, code: str) -> Response:
        metric = delete_billable_metric(metric=self.metric(code), at=self.at)
        return self.answer(billable_metric=billable_metric_wire(metric))

    def metric(self, code: str) -> BillableMetric:
        return find(billable_metrics(self.organization), "billable_metric", code=code)
