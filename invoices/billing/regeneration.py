"""A voided invoice made again (I12): its fees as they were billed, or as someone set them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace

from billing_site.kernel.ids import uuid7
from billing_site.kernel.intervals import Interval
from invoices.billing.adjustments import Price, price_by, with_adjustment
from invoices.billing.compute import draft_of
from invoices.billing.credits import load_credits
from invoices.billing.dates import Parties, immediate_dates
from invoices.billing.drafts import BillingJob, FeeDraft, InvoiceDraft
from invoices.billing.immediate import Terms, immediate_draft
from invoices.billing.prices import parsed
from invoices.billing.redraft import jobs_by_invoice
from invoices.models import Fee, FeeAppliedTax, FeeType, Invoice, InvoiceStatus, InvoiceType
from invoices.settlement import Adjustment, TaxRate
from plans.rating import ChargeModel, Usage, needs_transactions

Adjustments = Mapping[UUID, Adjustment]


def regenerated(invoice: Invoice, adjustments: Adjustments, *, at: datetime) -> InvoiceDraft:
    """Issued at once, with the taxes that its fees had. ``adjustments`` are by the ids of the voided invoice's fees.

    Coupons, credit notes and wallets pay for subscriptions as they stand now. The customer is locked.
    """
    fees = list(_fees(invoice, adjustments))
    jobs = jobs_by_invoice([invoice.id])[invoice.id]
    draft = _of_periods(invoice, jobs, fees, at) if jobs else _sold_once(invoice, fees, at)
    # Nothing of it is closed, since somebody asked for it.
    return replace(draft, status=InvoiceStatus.FINALIZED, voided_invoice_id=invoice.id)


def _of_periods(invoice: Invoice, jobs: list[BillingJob], fees: list[FeeDraft], at: datetime) -> InvoiceDraft:
    parties = Parties(jobs[0].subscription.customer, jobs[0].subscription.issuer)
    fees_cents = sum(fee.amount_cents for fee in fees)
    days = parties.net_payment_term
    return draft_of(
        jobs,
        fees,
        load_credits(jobs, remade=[invoice.id]),
        epoch=invoice.usage_epoch,
        dates=immediate_dates(parties, at=at, fees_cents=fees_cents, net_payment_term=days),
        invoice_type=InvoiceType(invoice.invoice_type),
    )


def _sold_once(invoice: Invoice, fees: list[FeeDraft], at: datetime) -> InvoiceDraft:
    return immediate_draft(
        invoice.customer,
        fees,
        invoice_type=InvoiceType(invoice.invoice_type),
        currency=invoice.currency,
        at=at,
        terms=Terms(invoice.billing_entity, invoice.net_payment_term, invoice.purchase_order_number),
    )


def _fees(invoice: Invoice, adjustments: Adjustments) -> Iterator[FeeDraft]:
    """A true-up follows its fee, under the new ids of both."""
    loaded = invoice.fees.select_related("charge", "charge_filter", "fixed_charge").prefetch_related("applied_taxes")
    billed = list(loaded.order_by("created_at", "id"))
    new_ids = {fee.id: uuid7() for fee in billed}
    for fee in billed:
        parent_id = new_ids[fee.true_up_parent_id] if fee.true_up_parent_id else None
        again = replace(_as_billed(fee), id=new_ids[fee.id], true_up_parent_id=parent_id)
        found = adjustments.get(fee.id)
        yield again if found is None else with_adjustment(again, found, invoice.currency, _price_of(fee))


def _as_billed(fee: Fee) -> FeeDraft:
    start, end = fee.from_datetime, fee.to_datetime
    return FeeDraft(
        fee_type=FeeType(fee.fee_type),
        item_id=fee.item_id,
        item_code=fee.item_code,
        item_name=fee.item_name,
        subscription_id=fee.subscription_id,
        interval=Interval(start, end) if start and end else None,
        units=fee.units,
        amount_cents=fee.amount_cents,
        precise_amount_cents=fee.precise_amount_cents,
        precise_unit_amount=fee.precise_unit_amount,
        taxes=tuple(_tax(applied) for applied in fee.applied_taxes.all()),
        total_aggregated_units=fee.total_aggregated_units,
        events_count=fee.events_count,
        charge_id=fee.charge_id,
        charge_filter_id=fee.charge_filter_id,
        fixed_charge_id=fee.fixed_charge_id,
        invoice_display_name=fee.invoice_display_name,
        filter_display_name=fee.filter_display_name,
        description=fee.description,
        grouped_by=fee.grouped_by,
        amount_details=fee.amount_details,
        presentation_breakdowns=fee.presentation_breakdowns,
        pay_in_advance=fee.pay_in_advance,
        is_adjusted=fee.is_adjusted,
    )


def _tax(applied: FeeAppliedTax) -> TaxRate:
    assert applied.tax_id is not None, "taxes are only marked as deleted"
    return TaxRate(
        applied.tax_id, applied.tax_code, applied.tax_name, applied.tax_description, applied.tax_rate_percent
    )


def _price_of(fee: Fee) -> Price | None:
    """Today's price of other units; None where a unit has one price, which the fee has."""
    model = _model_of(fee)
    if model is None or fee.true_up_parent_id:
        return None
    usage = Usage(
        units=fee.units,
        events_count=fee.events_count or 0,
        transactions=(fee.units,) if needs_transactions(model) else None,
        precise_total_amount_cents=Decimal(fee.precise_amount_cents),
        currency=fee.amount_currency,
    )
    return price_by(model, usage)


def _model_of(fee: Fee) -> ChargeModel | None:
    if fee.charge is not None:
        return parsed(fee.charge.charge_model, (fee.charge_filter or fee.charge).properties)
    if fee.fixed_charge is not None:
        return parsed(fee.fixed_charge.charge_model, fee.fixed_charge.properties)
    return None
