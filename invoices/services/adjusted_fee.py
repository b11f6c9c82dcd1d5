"""Set units, unit price or name of a fee of a draft by hand, or leave them to be computed again (U9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from billing_site.kernel.rehearsal import rehearsal
from invoices.billing.fee_key import FeeKey, key_of
from invoices.billing.finalize import locked_drafts
from invoices.billing.redraft import redraft
from invoices.models import AdjustedFee, Fee, FeeType, Invoice
from invoices.queries import charge_of, fee_on, filter_of, fixed_charge_of, invoice_details, subscription_on
from invoices.settlement import Adjustment
from usage.rollup import roll


class Target(TypedDict, total=False):
    """``fee_id``, or what a fee would be the price of: a charge, one of its filters, or a fixed charge."""

    fee_id: UUID | None
    external_subscription_id: str
    charge_id: UUID | None
    charge_filter_id: UUID | None
    fixed_charge_id: UUID | None


class Changes(TypedDict, total=False):
    """What is set; ``unit_precise_amount`` is in currency units."""

    units: Decimal | None
    unit_precise_amount: Decimal | None
    invoice_display_name: str


def adjust_fee(*, invoice: Invoice, key: FeeKey, at: datetime, **changes: Unpack[Changes]) -> Fee:
    """Set them on the fee that ``key`` names, instead of what was set before, and compute the draft again.

    A refresh keeps it. A charge of which nothing was used has no fee, and gets one. Raises ``NotAllowed``
    (``not_editable``) unless the invoice is a draft, ``NotFound`` (``fee``) where no price of it is meant, and
    ``ValidationFailed``.
    """
    roll()
    return _adjust(invoice, key, adjustment(changes), at)


def remove_adjustment(*, adjusted_fee: AdjustedFee, at: datetime) -> Invoice:
    """Let the fee be computed again. Raises ``NotAllowed`` (``not_editable``) unless the invoice is a draft."""
    roll()
    return _remove(adjusted_fee, at)


@contextmanager
def preview_adjustment(*, invoice: Invoice, key: FeeKey, at: datetime, **changes: Unpack[Changes]) -> Iterator[Invoice]:
    """The draft as ``adjust_fee`` would leave it, gone after the block; raises what that raises."""
    roll()
    with rehearsal():
        _adjust(invoice, key, adjustment(changes), at)
        yield invoice_details(invoice.organization, invoice.id)


def key_of_target(invoice: Invoice, target: Target) -> FeeKey:
    """Raises ``NotFound``: ``fee``, ``subscription``, ``charge``, ``charge_filter``, ``fixed_charge``."""
    charge_id, fixed_charge_id = target.get("charge_id"), target.get("fixed_charge_id")
    if not (charge_id or fixed_charge_id):
        return key_of(fee_on(invoice, target.get("fee_id")))
    subscription = subscription_on(invoice, target.get("external_subscription_id", ""))
    if fixed_charge_id:
        fixed_charge = fixed_charge_of(subscription, fixed_charge_id)
        return FeeKey(subscription.id, FeeType.FIXED_CHARGE, fixed_charge_id=fixed_charge.id)
    assert charge_id is not None
    charge, filter_id = charge_of(subscription, charge_id), target.get("charge_filter_id")
    chosen = filter_of(charge, filter_id) if filter_id else None
    return FeeKey(subscription.id, FeeType.CHARGE, charge.id, chosen.id if chosen else None)


def adjustment(changes: Changes) -> Adjustment:
    """Raises ``ValidationFailed`` where nothing is set, or less than nothing."""
    units, unit_amount = changes.get("units"), changes.get("unit_precise_amount")
    refusals = {}
    if units is not None and units < 0:
        refusals["units"] = ["value_is_out_of_range"]
    if unit_amount is not None and unit_amount < 0:
        refusals["unit_precise_amount"] = ["value_is_out_of_range"]
    name = changes.get("invoice_display_name") or ""
    if units is None and unit_amount is None and not name:
        refusals["units"] = ["value_is_mandatory"]
    if refusals:
        raise ValidationFailed(refusals)
    return Adjustment(units, unit_amount, name)


@command
def _adjust(invoice: Invoice, key: FeeKey, adjustment: Adjustment, at: datetime) -> Fee:
    draft = _locked_draft(invoice.id)
    values = {
        "units": adjustment.units,
        "unit_precise_amount": adjustment.unit_amount,
        "invoice_display_name": adjustment.invoice_display_name,
    }
    known = next((row for row in AdjustedFee.objects.filter(invoice=draft) if key_of(row) == key), None)
    if known is None:
        _create(draft, key, values, at)
    else:
        known.change(at=at, **values)
    redraft([draft], finalize=False, at=at)
    fee = fee_of(draft, key)
    if fee is None:
        raise NotFound("fee")
    return fee


@command
def _remove(adjusted_fee: AdjustedFee, at: datetime) -> Invoice:
    draft = _locked_draft(adjusted_fee.invoice_id)
    AdjustedFee.objects.filter(id=adjusted_fee.id).delete()
    redraft([draft], finalize=False, at=at)
    return Invoice.objects.get(id=draft.id)


def fee_of(invoice: Invoice, key: FeeKey) -> Fee | None:
    """The fee that ``key`` names now. One query."""
    same = Fee.objects.filter(invoice=invoice, subscription=key.subscription_id, fee_type=key.fee_type)
    return next((fee for fee in same if key_of(fee) == key), None)


def _locked_draft(invoice_id: UUID) -> Invoice:
    drafts = locked_drafts([invoice_id])
    if not drafts:
        raise NotAllowed("not_editable")
    return drafts[0]


def _create(draft: Invoice, key: FeeKey, values: dict[str, Decimal | str | None], at: datetime) -> None:
    if key.subscription_id is None:
        raise NotFound("fee")
    AdjustedFee.objects.create(
        organization_id=draft.organization_id,
        invoice=draft,
        subscription_id=key.subscription_id,
        fee_type=key.fee_type,
        charge_id=key.charge_id,
        charge_filter_id=key.charge_filter_id,
        fixed_charge_id=key.fixed_charge_id,
        is_true_up=key.is_true_up,
        grouped_by=dict(key.group),
        created_at=at,
        **values,
    )
