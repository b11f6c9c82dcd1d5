"""Saved payment methods and the provider's own pages, over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.models import Customer
from customers.queries import customers_of
from invoices.models import PaymentMethod
from invoices.queries import invoice_by_id, payment_methods_of
from invoices.services.collection import payment_page, retry_payment
from invoices.services.payment_method import delete_method, method_page, set_default_method
from invoices.wire.payment_method import PaymentMethodWire, payment_method_wire, payment_methods_wire


class CustomerView(OrganizationAPIView):
    def customer(self, external_id: str) -> Customer:
        return find(customers_of(self.organization), "customer", external_id=external_id)

    def method(self, external_id: str, lago_id: str) -> PaymentMethod:
        return find(payment_methods_of(self.customer(external_id)), "payment_method", id=lago_id)


class PaymentMethodsView(CustomerView):
    @operation("payment_methods", PaymentMethodWire, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        methods = payment_methods_of(self.customer(external_customer_id))
        return self.page("payment_methods", methods, payment_methods_wire)


class PaymentMethodView(CustomerView):
    @operation("payment_method", PaymentMethodWire)
    def delete(self, request: Request, external_customer_id: str, lago_id: str) -> Response:
        deleted = delete_method(method=self.method(external_customer_id, lago_id), at=self.at)
        return self.answer(payment_method=payment_method_wire(deleted))


class DefaultPaymentMethodView(CustomerView):
    @operation("payment_method", PaymentMethodWire)
    def put(self, request: Request, external_customer_id: str, lago_id: str) -> Response:
        method = set_default_method(method=self.method(external_customer_id, lago_id), at=self.at)
        return self.answer(payment_method=payment_method_wire(method))


class CheckoutView(CustomerView):
    @operation("customer")
    def post(self, request: Request, external_customer_id: str) -> Response:
        customer = self.customer(external_customer_id)
        url = method_page(customer=customer, at=self.at)
        names = {"lago_customer_id": str(customer.id), "external_customer_id": customer.external_id}
        provider = {"payment_provider": customer.payment_provider, "checkout_url": url}
        return self.answer(customer={**names, **provider})


class PaymentUrlView(OrganizationAPIView):
    @operation("invoice_payment_details")
    def post(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        url = payment_page(invoice=invoice, at=self.at)
        return self.answer(
            invoice_payment_details={
                "lago_customer_id": str(invoice.customer_id),
                "external_customer_id": invoice.customer.external_id,
                "payment_provider": invoice.customer.payment_provider,
                "lago_invoice_id": str(invoice.id),
                "payment_url": url,
            }
        )


class RetryPaymentView(OrganizationAPIView):
    @operation("invoice")
    def post(self, request: Request, lago_id: str) -> Response:
        """An empty answer: the provider is asked in the background."""
        retry_payment(invoice=invoice_by_id(self.organization, lago_id))
        return Response(status=200)
