"""Buttons that record what came in, and ask for what is overdue, on the pages of invoices and customers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.display import money
from billing_site.kernel.admin.forms import AmountField, CommandForm, InstantField, in_cents, in_units
from billing_site.kernel.admin.scope import organization_of
from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from invoices.models import LONGEST_REFERENCE, Invoice, InvoiceStatus
from invoices.queries import overdue_invoices_of, unpaid_invoices_of
from invoices.services.collection import retry_payment
from invoices.services.payment import Part, record_payment
from invoices.services.payment_request import create_payment_request
from invoices.services.provider import provider_of

# A form with more lines is none.
MOST_INVOICES = 25


class PaymentForm(CommandForm):
    reference = forms.CharField(max_length=LONGEST_REFERENCE, help_text="As on the bank statement.")
    paid_at = InstantField(label="Paid at", required=False, help_text="UTC; empty: now.")


class InvoicePaymentForm(PaymentForm):
    """``instance`` is the invoice."""

    amount = AmountField()
    field_order = ["amount", "reference", "paid_at"]

    def prepare(self) -> None:
        self.fields["amount"].label = f"Amount ({self.instance.currency})"
        self.fields["amount"].initial = in_units(self.instance.total_due_amount_cents, self.instance.currency)

    def clean_amount(self) -> int:
        return in_cents(self.cleaned_data["amount"], self.instance.currency)


class SplitPaymentForm(PaymentForm):
    """``instance`` is the customer: one amount for each invoice that is not paid, the oldest first."""

    def prepare(self) -> None:
        self.invoices = {f"invoice_{each.pk}": each for each in unpaid_invoices_of(self.instance)[:MOST_INVOICES]}
        for name, invoice in self.invoices.items():
            due = money(invoice.total_due_amount_cents, invoice.currency)
            self.fields[name] = AmountField(label=f"{invoice.number} ({invoice.currency})", help_text=f"{due} due.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["parts"] = list(self._parts(values))
        if not values["parts"] and not self.errors:
            raise forms.ValidationError("Write what at least one invoice gets.")
        return values

    def _parts(self, values: dict[str, Any]) -> Iterator[Part]:
        for name, invoice in self.invoices.items():
            amount: Decimal | None = values.get(name)
            if amount:
                yield Part(invoice.pk, in_cents(amount, invoice.currency))


class RequestForm(CommandForm):
    """``instance`` is the customer, who has overdue invoices of one or several kinds."""

    kind = forms.ChoiceField(label="Invoices")
    email = forms.EmailField(required=False, help_text="Empty: the customer's own address.")

    def prepare(self) -> None:
        self.kinds = kinds_of_overdue(self.instance)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (key, f"{len(own)} overdue, {money(due_on(own), own[0].currency)}, {own[0].billing_entity.name}")
            for key, own in self.kinds.items()
        ]

    def clean_kind(self) -> list[Invoice]:
        return self.kinds[self.cleaned_data["kind"]]


def kinds_of_overdue(customer: Customer) -> dict[str, list[Invoice]]:
    """Those that one request can ask for: of one currency and billing entity."""
    kinds: dict[str, list[Invoice]] = {}
    for invoice in overdue_invoices_of(customer):
        kinds.setdefault(f"{invoice.currency}-{invoice.billing_entity_id}", []).append(invoice)
    return kinds


def due_on(invoices: list[Invoice]) -> int:
    return sum(invoice.total_due_amount_cents for invoice in invoices)


def pay_invoice(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    return _recorded(request, [Part(invoice.pk, values["amount"])], values)


def pay_invoices(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> str:
    return _recorded(request, values["parts"], values)


def ask_for_payment(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> str:
    organization = organization_of(request)
    made = create_payment_request(
        organization=organization,
        external_customer_id=customer.external_id,
        invoice_ids=[invoice.pk for invoice in values["kind"]],
        email=values["email"],
        at=organization.now(),
    )
    return f"{money(made.amount_cents, made.amount_currency)} are asked for from {made.email}."


def is_payable(invoice: Invoice) -> bool:
    return invoice.status == InvoiceStatus.FINALIZED and invoice.total_due_amount_cents > 0


def is_collectable(invoice: Invoice) -> bool:
    return is_payable(invoice) and provider_of(invoice.customer) is not None


def collect_again(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    retry_payment(invoice=invoice)
    return "The payment provider is asked."


def has_unpaid(customer: Customer) -> bool:
    return unpaid_invoices_of(customer).exists()


def has_overdue(customer: Customer) -> bool:
    return overdue_invoices_of(customer).exists()


def _recorded(request: HttpRequest, parts: list[Part], values: dict[str, Any]) -> str:
    organization = organization_of(request)
    payment = record_payment(
        organization=organization,
        parts=parts,
        reference=values["reference"],
        paid_at=values["paid_at"],
        at=organization.now(),
    )
    return f"{money(payment.amount_cents, payment.amount_currency)} recorded."


PAY_INVOICE = Button(
    name="pay",
    label="Record payment",
    command=pay_invoice,
    form=InvoicePaymentForm,
    icon="payments",
    allowed=is_payable,
    variant=ActionVariant.PRIMARY,
)
COLLECT = Button(
    name="collect",
    label="Collect now",
    command=collect_again,
    confirm="The customer's saved payment method is asked for what is due.",
    allowed=is_collectable,
    icon="credit_card",
)
CustomerAdmin.buttons += [
    Button(
        name="pay",
        label="Record payment",
        command=pay_invoices,
        form=SplitPaymentForm,
        icon="payments",
        allowed=has_unpaid,
    ),
    Button(
        name="request_payment",
        label="Request payment",
        command=ask_for_payment,
        form=RequestForm,
        icon="request_quote",
        allowed=has_overdue,
    ),
]
