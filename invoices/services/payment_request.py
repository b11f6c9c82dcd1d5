"""Ask a customer to pay several overdue invoices at once (Y3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Customer, Organization
from customers.queries import customers_of
from invoices.billing.bill import lock_customers
from invoices.models import (
    DunningCampaign,
    Invoice,
    PaymentClaim,
    PaymentRequest,
    RequestedInvoice,
)
from invoices.services.announcements import tell_of_requests
from invoices.services.collection_queue import queue_request_collection
from invoices.services.mail import queue_request


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is due on ``invoices``, all of one customer, currency and issuer; ``campaign`` if that asks by itself."""

    customer: Customer
    email: str
    invoices: Sequence[Invoice]
    campaign: DunningCampaign | None = None


@command
def create_payment_request(
    *, organization: Organization, external_customer_id: str, invoice_ids: Sequence[UUID], email: str = "", at: datetime
) -> PaymentRequest:
    """One demand for what is due on ``invoice_ids``: 149.00 and 6.00 make 155.00 (3-P5).

    Raises ``NotFound`` (``customer``, ``invoice``), ``ValidationFailed`` without an address to write to, and
    ``NotAllowed`` unless all invoices are overdue, in one currency, of one billing entity, and not just being paid.
    """
    customer = customers_of(organization).filter(external_id=external_customer_id).first()
    if customer is None:
        raise NotFound("customer")
    lock_customers([customer.id])
    invoices = _requestable(customer, invoice_ids)
    (made,) = record_requests(organization, [NewRequest(customer, _address(customer, email), invoices)], at=at)
    return made


def record_requests(organization: Organization, wanted: Sequence[NewRequest], *, at: datetime) -> list[PaymentRequest]:
    """Write, send and announce requests, in a constant number of statements besides the queue's.

    The caller has locked the customers.
    """
    made = [_payment_request(organization, each, at) for each in wanted]
    PaymentRequest.objects.bulk_create(made)
    RequestedInvoice.objects.bulk_create(
        RequestedInvoice(payment_request=request, invoice=invoice, amount_cents=invoice.total_due_amount_cents)
        for request, each in zip(made, wanted, strict=True)
        for invoice in each.invoices
    )
    for request, each in zip(made, wanted, strict=True):
        queue_request(payment_request=request, bcc=each.campaign.bcc_emails if each.campaign else ())
        queue_request_collection(payment_request=request)
    ids = [request.id for request in made]
    tell_of_requests("payment_request.created", ids, organization_id=organization.id, at=at)
    return made


def being_paid(invoices: Sequence[Invoice]) -> set[UUID]:
    """Those of which a provider has not said yet whether its payment succeeded."""
    claims = PaymentClaim.objects.filter(invoice__in=[invoice.id for invoice in invoices], payment__on_page=False)
    return set(claims.values_list("invoice_id", flat=True))


def _payment_request(organization: Organization, wanted: NewRequest, at: datetime) -> PaymentRequest:
    return PaymentRequest(
        organization=organization,
        customer=wanted.customer,
        dunning_campaign=wanted.campaign,
        email=wanted.email,
        amount_cents=sum(invoice.total_due_amount_cents for invoice in wanted.invoices),
        amount_currency=wanted.invoices[0].currency,
        created_at=at,
    )


def _requestable(customer: Customer, invoice_ids: Sequence[UUID]) -> list[Invoice]:
    wanted = set(invoice_ids)
    invoices = locked(Invoice.objects.visible().filter(customer=customer, id__in=wanted))
    if len(invoices) < len(wanted) or not invoices:
        raise NotFound("invoice")
    if not all(invoice.payment_overdue and invoice.total_due_amount_cents for invoice in invoices):
        raise NotAllowed("invoices_not_overdue")
    if len({invoice.currency for invoice in invoices}) > 1:
        raise NotAllowed("invoices_have_different_currencies")
    if len({invoice.billing_entity_id for invoice in invoices}) > 1:
        raise NotAllowed("invoices_have_different_billing_entities")
    if being_paid(invoices):
        raise NotAllowed("invoices_not_ready_for_payment_processing")
    return invoices


def _address(customer: Customer, given: str) -> str:
    email = given or customer.email
    if not email:
        raise ValidationFailed(email=["value_is_mandatory"])
    return email
