"""E-mails to customers, with their document attached: invoices, receipts and payment requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from billing_site.kernel.formatting import format_date, format_money
from invoices.documents.labels import document_locale
from invoices.documents.mail_words import mail_words
from invoices.documents.receipt import receipt_pdf
from invoices.documents.store import invoice_pdf
from invoices.models import Invoice, PaymentReceipt, PaymentRequest

Attachment = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True)
class Recipients:
    to: Sequence[str]
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written; ``issuer`` signs it and gets the answers."""

    subject: str
    text: str
    issuer: str
    thanks: str
    reply_to: str = ""
    lines: Sequence[str] = ()
    note: str = ""
    attachments: Sequence[Attachment] = field(default=())


def invoice_mail(invoice: Invoice, recipients: Recipients) -> EmailMessage:
    """Wants the customer and the billing entity loaded."""
    locale = document_locale(invoice.customer.document_locale or invoice.billing_entity.document_locale)
    words, issuer = mail_words(locale), invoice.billing_entity
    amount = format_money(invoice.total_amount_cents, invoice.currency, locale)
    due = invoice.payment_due_date if invoice.total_due_amount_cents else None
    return _message(
        Letter(
            subject=words.invoice_subject.format(number=invoice.number, issuer=issuer.name),
            text=words.invoice_text.format(number=invoice.number, amount=amount),
            note=words.due.format(date=format_date(due, locale)) if due else "",
            issuer=issuer.name,
            thanks=words.thanks,
            reply_to=issuer.email,
            attachments=[_pdf(invoice.number, invoice_pdf(invoice).content)],
        ),
        recipients,
    )


def receipt_mail(receipt: PaymentReceipt, recipients: Recipients) -> EmailMessage:
    """Wants the customer, the billing entity and the payment loaded."""
    locale = document_locale(receipt.customer.document_locale or receipt.billing_entity.document_locale)
    words, issuer, payment = mail_words(locale), receipt.billing_entity, receipt.payment
    amount = format_money(payment.amount_cents, payment.amount_currency, locale)
    return _message(
        Letter(
            subject=words.receipt_subject.format(number=receipt.number, issuer=issuer.name),
            text=words.receipt_text.format(number=receipt.number, amount=amount),
            issuer=issuer.name,
            thanks=words.thanks,
            reply_to=issuer.email,
            attachments=[_pdf(receipt.number, receipt_pdf(receipt).content)],
        ),
        recipients,
    )


def request_mail(request: PaymentRequest, invoices: Sequence[Invoice], recipients: Recipients) -> EmailMessage:
    """``invoices`` of one billing entity, which is loaded."""
    issuer = invoices[0].billing_entity
    locale = document_locale(request.customer.document_locale or issuer.document_locale)
    words = mail_words(locale)
    amount = format_money(request.amount_cents, request.amount_currency, locale)
    return _message(
        Letter(
            subject=words.request_subject.format(amount=amount, issuer=issuer.name),
            text=words.request_text.format(amount=amount),
            lines=list(_overdue_lines(invoices, words.line, locale)),
            issuer=issuer.name,
            thanks=words.thanks,
            reply_to=issuer.email,
            attachments=[_pdf(invoice.number, invoice_pdf(invoice).content) for invoice in invoices],
        ),
        recipients,
    )


def _overdue_lines(invoices: Iterable[Invoice], line: str, locale: str) -> Iterable[str]:
    for invoice in invoices:
        amount = format_money(invoice.total_due_amount_cents, invoice.currency, locale)
        date = format_date(invoice.payment_due_date or invoice.issuing_date, locale)
        yield line.format(number=invoice.number, amount=amount, date=date)


def _message(letter: Letter, recipients: Recipients) -> EmailMessage:
    context = {name: getattr(letter, name) for name in ("text", "lines", "note", "thanks", "issuer")}
    message = EmailMessage(
        # A name may hold a line break, which no header may.
        subject=" ".join(letter.subject.split()),
        body=render_to_string("emails/message.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=list(recipients.to),
        cc=list(recipients.cc),
        bcc=list(recipients.bcc),
        reply_to=[letter.reply_to] if letter.reply_to else None,
    )
    for attachment in letter.attachments:
        message.attach(*attachment)
    return message


def _pdf(name: str, content: bytes) -> Attachment:
    return f"{name}.pdf", content, "application/pdf"
