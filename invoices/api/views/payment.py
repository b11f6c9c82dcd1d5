"""Payments, payment requests and receipts over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.queries import customers_of
from invoices.api.filters import PaymentFilters, PaymentRequestFilters, ReceiptFilters
from invoices.api.inputs.payment import PaymentInput, PaymentRequestInput
from invoices.queries import (
    payments_for_wire,
    payments_of,
    receipts_for_wire,
    receipts_of,
    requests_for_wire,
    requests_of,
)
from invoices.services.payment import record_payment
from invoices.services.payment_request import create_payment_request
from invoices.wire.payment import PaymentWire, payment_wire, payments_wire
from invoices.wire.payment_receipt import PaymentReceiptWire, payment_receipt_wire, payment_receipts_wire
from invoices.wire.payment_request import PaymentRequestWire, payment_request_wire, payment_requests_wire


class PaymentsView(OrganizationAPIView):
    @operation("payments", PaymentWire, filters=PaymentFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(PaymentFilters, payments_of(self.organization))
        return self.page("payments", payments_for_wire(found), payments_wire)

    @operation("payment", PaymentWire, takes=PaymentInput)
    def post(self, request: Request) -> Response:
        payment = record_payment(organization=self.organization, at=self.at, **self.arguments(PaymentInput))
        return self.answer(payment=payment_wire(payments_for_wire(payments_of(self.organization)).get(id=payment.id)))


class PaymentView(OrganizationAPIView):
    @operation("payment", PaymentWire)
    def get(self, request: Request, lago_id: str) -> Response:
        payment = find(payments_for_wire(payments_of(self.organization)), "payment", id=lago_id)
        return self.answer(payment=payment_wire(payment))


class CustomerPaymentsView(OrganizationAPIView):
    @operation("payments", PaymentWire, filters=PaymentFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        found = self.filtered(PaymentFilters, payments_of(self.organization).filter(customer=customer))
        return self.page("payments", payments_for_wire(found), payments_wire)


class PaymentRequestsView(OrganizationAPIView):
    @operation("payment_requests", PaymentRequestWire, filters=PaymentRequestFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(PaymentRequestFilters, requests_of(self.organization))
        return self.page("payment_requests", requests_for_wire(found), payment_requests_wire)

    @operation("payment_request", PaymentRequestWire, takes=PaymentRequestInput)
    def post(self, request: Request) -> Response:
        given = self.arguments(PaymentRequestInput)
        made = create_payment_request(organization=self.organization, at=self.at, **given)
        shown = requests_for_wire(requests_of(self.organization)).get(id=made.id)
        return self.answer(payment_request=payment_request_wire(shown))


class PaymentRequestView(OrganizationAPIView):
    @operation("payment_request", PaymentRequestWire)
    def get(self, request: Request, lago_id: str) -> Response:
        found = find(requests_for_wire(requests_of(self.organization)), "payment_request", id=lago_id)
        return self.answer(payment_request=payment_request_wire(found))


class CustomerPaymentRequestsView(OrganizationAPIView):
    @operation("payment_requests", PaymentRequestWire, filters=PaymentRequestFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        found = self.filtered(PaymentRequestFilters, requests_of(self.organization).filter(customer=customer))
        return self.page("payment_requests", requests_for_wire(found), payment_requests_wire)


class PaymentReceiptsView(OrganizationAPIView):
    @operation("payment_receipts", PaymentReceiptWire, filters=ReceiptFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(ReceiptFilters, receipts_of(self.organization))
        return self.page("payment_receipts", receipts_for_wire(found), payment_receipts_wire)


class PaymentReceiptView(OrganizationAPIView):
    @operation("payment_receipt", PaymentReceiptWire)
    def get(self, request: Request, lago_id: str) -> Response:
        receipt = find(receipts_for_wire(receipts_of(self.organization)), "payment_receipt", id=lago_id)
        return self.answer(payment_receipt=payment_receipt_wire(receipt))
