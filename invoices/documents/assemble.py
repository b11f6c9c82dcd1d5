"""An invoice as its document: who, when, one group of lines for each subscription, and the totals.

Names, addresses and the locale are those that the invoice kept, so that a document does not follow later changes.
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from billing_site.kernel.formatting import FALLBACK_LOCALE, format_period
from billing_site.kernel.intervals import Interval
from invoices.documents.content import (
    BankTransfer,
    Deduction,
    DocumentLine,
    DocumentStatus,
    DocumentTax,
    DocumentTotals,
    InvoiceDocument,
    LineGroup,
    Period,
    TextSection,
)
from invoices.documents.labels import document_locale, labels_for
from invoices.documents.line_labels import line_labels_for
from invoices.documents.parties import paper_of, party_of
from invoices.documents.tax_notes import tax_note
from invoices.documents.tiers import is_tiered, tiers_of
from invoices.models import Fee, FeeType, Invoice, InvoiceStatus, InvoiceSubscription
from invoices.queries import coupon_credits
from plans.periods import last_date, local_date

_STATUSES = {InvoiceStatus.FINALIZED: DocumentStatus.FINAL, InvoiceStatus.VOIDED: DocumentStatus.VOIDED}


def assemble(invoice: Invoice) -> InvoiceDocument:
    """What the document of ``invoice`` shows. Wants ``queries.for_document``; then it queries nothing.

    The total is what the invoice asked for when it was issued; payments since then do not change it.
    """
    locale = document_locale(invoice.customer_snapshot.get("locale") or FALLBACK_LOCALE)
    groups = tuple(_groups(invoice, locale))
    return InvoiceDocument(
        number=invoice.number,
        issuer=party_of(invoice.issuer_snapshot, locale),
        customer=party_of(invoice.customer_snapshot, locale),
        issuing_date=invoice.issuing_date,
        payment_due_date=invoice.payment_due_date,
        billing_period=_shared([group.period for group in groups]),
        currency=invoice.currency,
        groups=groups,
        totals=_totals(invoice, locale),
        locale=locale,
        status=_STATUSES.get(InvoiceStatus(invoice.status), DocumentStatus.DRAFT),
        sections=_sections(invoice, locale),
        footer=invoice.issuer_snapshot.get("invoice_footer", ""),
        paper=paper_of(invoice.issuer_snapshot),
        transfer=_transfer(invoice),
    )


def _groups(invoice: Invoice, locale: str) -> Iterator[LineGroup]:
    fees: dict[UUID | None, list[Fee]] = defaultdict(list)
    for fee in invoice.fees.all():
        fees[fee.subscription_id].append(fee)
    for billed in invoice.invoice_subscriptions.all():
        yield _group(invoice, fees.pop(billed.subscription_id, []), billed, locale)
    for others in fees.values():
        yield LineGroup(tuple(_line(invoice, fee, None, locale) for fee in others))


def _group(invoice: Invoice, fees: list[Fee], billed: InvoiceSubscription, locale: str) -> LineGroup:
    """The lines of one subscription. Where their periods differ (paid in advance) every line tells its own."""
    plan = billed.subscription.plan
    whole = _period(Interval(billed.from_datetime, billed.to_datetime), invoice.timezone)
    period = _shared([_period_of(fee, invoice.timezone) for fee in fees]) if fees else whole
    return LineGroup(
        lines=tuple(_line(invoice, fee, period, locale) for fee in fees),
        heading=billed.subscription.name or plan.invoice_display_name or plan.name,
        period=period,
    )


def _line(invoice: Invoice, fee: Fee, group_period: Period | None, locale: str) -> DocumentLine:
    return DocumentLine(
        label=fee_label(fee, locale),
        units=fee.units,
        unit_amount=None if is_tiered(fee.amount_details) else fee.precise_unit_amount,
        amount_cents=fee.amount_cents,
        tax_rates_percent=tuple(tax.tax_rate_percent for tax in fee.applied_taxes.all()),
        description=_description(fee, group_period, invoice.timezone, locale),
        tiers=tiers_of(fee.amount_details, fee.amount_currency, locale, line_labels_for(locale)),
        fee_id=fee.id,
    )


def fee_label(fee: Fee, locale: str) -> str:
    """The fee's name and what sets it apart from its siblings: ``"API calls · eu-west · gpt-4"``."""
    if fee.fee_type == FeeType.SUBSCRIPTION and not fee.invoice_display_name:
        return line_labels_for(locale).subscription_fee
    groups = (value for value in fee.grouped_by.values() if value)
    return " · ".join(part for part in (fee.display_name, fee.filter_display_name, *groups) if part)


def _description(fee: Fee, group_period: Period | None, timezone: str, locale: str) -> str:
    period = _period_of(fee, timezone)
    if period is None or period == group_period:
        return fee.description
    written = format_period(period.from_date, period.to_date, locale)
    return f"{fee.description}\n{written}" if fee.description else written


def _period_of(fee: Fee, timezone: str) -> Period | None:
    if fee.from_datetime is None or fee.to_datetime is None:
        return None
    return _period(Interval(fee.from_datetime, fee.to_datetime), timezone)


def _period(interval: Interval, timezone: str) -> Period:
    return Period(local_date(interval.start, timezone), last_date(interval, timezone))


def _shared(periods: list[Period | None]) -> Period | None:
    """The period that all of them are, if there is one."""
    return periods[0] if len(set(periods)) == 1 else None


def _totals(invoice: Invoice, locale: str) -> DocumentTotals:
    coupon = labels_for(locale).coupon
    return DocumentTotals(
        fees_amount_cents=invoice.fees_amount_cents,
        sub_total_excluding_taxes_amount_cents=invoice.sub_total_excluding_taxes_amount_cents,
        sub_total_including_taxes_amount_cents=invoice.sub_total_including_taxes_amount_cents,
        total_due_amount_cents=invoice.total_amount_cents,
        progressive_billing_credits=_deductions(invoice.progressive_billing_credit_amount_cents),
        coupons=tuple(Deduction(cents, f"{coupon}: {name}") for name, cents in coupon_credits(invoice.credits.all())),
        taxes=tuple(
            DocumentTax(tax.tax_name, tax.tax_rate_percent, tax.fees_amount_cents, tax.amount_cents)
            for tax in invoice.applied_taxes.all()
        ),
        credit_notes=_deductions(invoice.credit_notes_amount_cents),
        prepaid_credits=_deductions(invoice.prepaid_credit_amount_cents),
    )


def _deductions(amount_cents: int) -> tuple[Deduction, ...]:
    return (Deduction(amount_cents),) if amount_cents else ()


def _sections(invoice: Invoice, locale: str) -> tuple[TextSection, ...]:
    order = invoice.purchase_order_number
    ordered = (TextSection(line_labels_for(locale).purchase_order, order),) if order else ()
    custom = (TextSection(each["display_name"], each["details"]) for each in invoice.custom_sections)
    return (*ordered, *_tax_note(invoice, locale), *custom)


def _tax_note(invoice: Invoice, locale: str) -> tuple[TextSection, ...]:
    """Of the tax that the EU's rules chose, where it is on the invoice: fees may have taxes of their own."""
    evidence = invoice.customer_snapshot.get("vat") or {}
    if not any(tax.tax_code == evidence.get("tax_code") for tax in invoice.applied_taxes.all()):
        return ()
    title, note = tax_note(evidence, locale)
    return (TextSection(title, note),) if note else ()


def _transfer(invoice: Invoice) -> BankTransfer | None:
    """Of an issued invoice in euros whose issuer has an account; what is self-billed is paid the other way round."""
    iban = invoice.issuer_snapshot.get("iban", "")
    is_issued = invoice.status == InvoiceStatus.FINALIZED and not invoice.self_billed
    if not iban or not is_issued or invoice.currency != "EUR" or not invoice.total_amount_cents:
        return None
    return BankTransfer(
        name=invoice.issuer_snapshot.get("legal_name") or invoice.issuer_snapshot.get("name", ""),
        iban=iban,
        bic=invoice.issuer_snapshot.get("bic", ""),
        amount_cents=invoice.total_amount_cents,
        reference=invoice.number,
    )
