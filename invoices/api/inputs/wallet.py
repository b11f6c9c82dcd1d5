"""The bodies of a new and of a changed wallet."""

from decimal import Decimal
from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from billing_site.kernel.api.key_values import KeyValuesField
from invoices.models import LOWEST_PRIORITY, FeeType, RuleMethod, RuleTrigger
from plans.api.inputs.row_id import RowId
from plans.periods import BillingInterval


class Credits(fields.Number):
    """A number of credits, however many digits it has; those that count are taken by the command (3-W5)."""

    def __init__(self, refusal: str, **options: Any) -> None:
        codes = {"invalid": refusal, "min_value": refusal, "max_value": refusal}
        options = {"min_value": 0, "max_value": Decimal(10**13), "error_messages": codes, **options}
        super().__init__(max_digits=60, decimal_places=45, **options)


class TransactionMetadataInput(CommandInput):
    key = fields.Text(required=True)
    value = fields.Text(required=True)


class AppliesToInput(CommandInput):
    fee_types = fields.ListOf(fields.Choice(FeeType))
    billable_metric_codes = fields.ListOf(fields.Code())


class RuleInput(CommandInput):
    lago_id = RowId()
    trigger = fields.Choice(RuleTrigger, error_messages={"required": "invalid_recurring_rule"}, required=True)
    interval = fields.Choice(BillingInterval)
    method = fields.Choice(RuleMethod)
    paid_credits = Credits("invalid_paid_credits")
    granted_credits = Credits("invalid_granted_credits")
    threshold_credits = Credits("invalid_threshold_credits")
    target_ongoing_balance = Credits("invalid_target_ongoing_balance")
    grants_target_top_up = fields.Flag()
    started_at = fields.Instant()
    expiration_at = fields.Instant()
    invoice_requires_successful_payment = fields.Flag()
    ignore_paid_top_up_limits = fields.Flag()
    transaction_name = fields.Text()
    transaction_metadata = fields.ListOf(TransactionMetadataInput())
    purchase_order_number = fields.Text()


class WalletOptionsInput(CommandInput):
    """What a new and a changed wallet have in common."""

    name = fields.Text()
    code = fields.Text()
    priority = fields.Whole(min_value=1, max_value=LOWEST_PRIORITY)
    expiration_at = fields.Instant(allow_null=True)
    invoice_requires_successful_payment = fields.Flag()
    paid_top_up_min_amount_cents = fields.Cents(min_value=1, allow_null=True)
    paid_top_up_max_amount_cents = fields.Cents(min_value=1, allow_null=True)
    recurring_transaction_rules = fields.ListOf(RuleInput())
    applies_to = AppliesToInput()
    metadata = KeyValuesField()
    billing_entity_code = fields.Text()
    purchase_order_number = fields.Text()


class NewWalletInput(WalletOptionsInput):
    root_name = "wallet"

    rate_amount = fields.Number(required=True, min_value=Decimal("0.00001"), max_digits=30, decimal_places=5)
    currency = fields.Currency()
    paid_credits = Credits("invalid_paid_credits")
    granted_credits = Credits("invalid_granted_credits")
    transaction_name = fields.Text()
    transaction_metadata = fields.ListOf(TransactionMetadataInput())
    transaction_priority = fields.Whole(min_value=1, max_value=LOWEST_PRIORITY)
    ignore_paid_top_up_limits_on_creation = fields.Flag()


class NamedWalletInput(NewWalletInput):
    """A new wallet whose customer the body names."""

    # What is not named is not found, rather than missing from the body.
    external_customer_id = fields.Text(default="")


class WalletInput(WalletOptionsInput):
    root_name = "wallet"


class WalletTransactionInput(CommandInput):
    root_name = "wallet_transaction"

    wallet_id = RowId(default=None)
    paid_credits = Credits("invalid_paid_credits")
    granted_credits = Credits("invalid_granted_credits")
    voided_credits = Credits("invalid_voided_credits")
    inbound_wallet_transaction_id = RowId()
    name = fields.Text()
    metadata = fields.ListOf(TransactionMetadataInput())
    priority = fields.Whole(min_value=1, max_value=LOWEST_PRIORITY)
    expires_at = fields.Instant()
    invoice_requires_successful_payment = fields.Flag()
    ignore_paid_top_up_limits = fields.Flag()
    purchase_order_number = fields.Text()
