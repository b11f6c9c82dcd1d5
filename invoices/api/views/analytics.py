"""Revenue by month over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from invoices.api.revenue_filter import RevenueFilters
from invoices.queries import analytics
from invoices.queries.analytics import Revenue
from invoices.wire.analytics import (
    GrossRevenueWire,
    InvoiceCollectionWire,
    InvoicedUsageWire,
    MonthWire,
    OverdueBalanceWire,
    months_wire,
)


class RevenueView(OrganizationAPIView):
    @property
    def revenue(self) -> Revenue:
        filters = RevenueFilters(data=self.request.query_params, request=self.request)
        return filters.revenue(self.organization, self.at.date())


class GrossRevenueView(RevenueView):
    @operation("gross_revenues", list[GrossRevenueWire], filters=RevenueFilters)
    def get(self, request: Request) -> Response:
        return self.answer(gross_revenues=months_wire(analytics.gross_revenue(self.revenue)))


class InvoiceCollectionView(RevenueView):
    @operation("invoice_collections", list[InvoiceCollectionWire], filters=RevenueFilters)
    def get(self, request: Request) -> Response:
        return self.answer(invoice_collections=months_wire(analytics.invoice_collection(self.revenue)))


class InvoicedUsageView(RevenueView):
    @operation("invoiced_usages", list[InvoicedUsageWire], filters=RevenueFilters)
    def get(self, request: Request) -> Response:
        return self.answer(invoiced_usages=months_wire(analytics.invoiced_usage(self.revenue)))


class MrrView(RevenueView):
    @operation("mrrs", list[MonthWire], filters=RevenueFilters)
    def get(self, request: Request) -> Response:
        return self.answer(mrrs=months_wire(analytics.mrr(self.revenue, at=self.at)))


class OverdueBalanceView(RevenueView):
    @operation("overdue_balances", list[OverdueBalanceWire], filters=RevenueFilters)
    def get(self, request: Request) -> Response:
        return self.answer(overdue_balances=months_wire(analytics.overdue_balance(self.revenue)))
