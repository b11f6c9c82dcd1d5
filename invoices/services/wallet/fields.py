"""What a new and a changed wallet have in common."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.key_values import KeyValues, checked_key_values
from customers.models import Organization
from invoices.models import Wallet
from usage.models import BillableMetric


class AppliesTo(TypedDict, total=False):
    fee_types: list[str]
    billable_metric_codes: list[str]


class WalletFields(TypedDict, total=False):
    """What an absent key leaves as it is."""

    name: str
    priority: int
    expiration_at: datetime | None
    invoice_requires_successful_payment: bool
    paid_top_up_min_amount_cents: int | None
    paid_top_up_max_amount_cents: int | None
    purchase_order_number: str
    metadata: KeyValues
    applies_to: AppliesTo
    billing_entity_code: str


def set_fields(wallet: Wallet, fields: Mapping[str, Any], *, at: datetime) -> list[BillableMetric] | None:
    """Put ``fields`` into ``wallet``, unsaved; the metrics that it is limited to from now on, None if not given.

    Raises ``ValidationFailed``, and ``NotFound`` for an unknown metric or billing entity.
    """
    values = dict(fields)
    applies_to = values.pop("applies_to", None)
    if "billing_entity_code" in values:
        wallet.billing_entity = _billing_entity(wallet.organization, values.pop("billing_entity_code"))
    for name, value in values.items():
        setattr(wallet, name, checked_key_values(value) if name == "metadata" else value)
    _refuse(wallet, values, at)
    if applies_to is None:
        return None
    if "fee_types" in applies_to:
        wallet.fee_types = list(dict.fromkeys(applies_to["fee_types"]))
    codes = applies_to.get("billable_metric_codes")
    return None if codes is None else _metrics(wallet.organization, codes)


def _refuse(wallet: Wallet, values: Mapping[str, Any], at: datetime) -> None:
    if values.get("expiration_at") is not None and values["expiration_at"] <= at:
        raise ValidationFailed(expiration_at=["invalid_date"])
    least, most = wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents
    if least is not None and most is not None and least > most:
        raise ValidationFailed(paid_top_up_max_amount_cents=["must_be_greater_than_or_equal_min"])


def _metrics(organization: Organization, codes: Sequence[str]) -> list[BillableMetric]:
    found = list(BillableMetric.objects.filter(organization=organization, code__in=codes, deleted_at__isnull=True))
    if len(found) < len(set(codes)):
        raise NotFound("billable_metrics")
    return found


def _billing_entity(organization: Organization, code: str) -> Any:
    if not code:
        return None
    found = organization.billing_entities.filter(code=code).first()
    if found is None:
        raise NotFound("billing_entity")
    return found
