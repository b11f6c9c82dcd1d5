"""Refusals of commands as sentences for operators: one table for all codes."""

from collections.abc import Iterable, Mapping
from typing import Any

from billing_site.kernel.errors import BillingError, NotFound, ValidationFailed

SENTENCES: dict[str, str] = {
    "value_is_mandatory": "This is needed.",
    "period_is_closed": "The books are closed on that day.",
    "value_is_invalid": "This value is not allowed here.",
    "invalid_value": "This value is not allowed here.",
    "value_already_exist": "This is already taken. Choose another one.",
    "value_is_out_of_range": "This is out of range.",
    "value_is_reserved": "This word is reserved.",
    "value_is_duplicated": "This appears twice.",
    "invalid_amount": "An amount is a number of zero or more, such as 0.25.",
    "invalid_date": "This is not a valid date.",
    "invalid_format": "This does not have the right form.",
    "invalid_count": "There are too many or too few of these.",
    "invalid_timezone": "This is not a known time zone, such as Europe/Paris.",
    "not_a_valid_country_code": "This is not a two-letter country code, such as FR.",
    "not_a_valid_language_code": "This is not a known language, such as en.",
    "currencies_does_not_match": "The currency differs from the customer's.",
    "missing_graduated_ranges": "Add at least one tier.",
    "invalid_graduated_ranges": "Tiers start at 0, follow each other without gaps, and the last one has no end.",
    "missing_volume_ranges": "Add at least one tier.",
    "invalid_volume_ranges": "Tiers start at 0, follow each other without gaps, and the last one has no end.",
    "missing_graduated_percentage_ranges": "Add at least one tier.",
    "invalid_graduated_percentage_ranges": "Tiers start at 0, follow each other without gaps, and the last has no end.",
    "invalid_package_size": "A package holds a whole number of units, one or more.",
    "invalid_free_units": "Free units are a whole number, zero or more.",
    "invalid_rate": "A rate is a number of zero or more.",
    "invalid_fixed_amount": "An amount is a number of zero or more, such as 0.25.",
    "invalid_free_units_per_events": "Free events are a whole number, one or more.",
    "invalid_free_units_per_total_aggregation": "An amount is a number of zero or more, such as 0.25.",
    "per_transaction_max_lower_than_per_transaction_min": "The maximum of an event is below its minimum.",
    "not_compatible_with_pay_in_advance": "Charges paid in advance have no minimum.",
    "only_compatible_with_pay_in_advance_and_non_invoiceable": "Only fees without an invoice are gathered.",
    "exceeded_limit": "This is too much.",
    "invalid_type": "This does not have the right form.",
    "invalid_aggregation_type_or_charge_model": "This price does not work with how the metric counts.",
    "invalid_billable_metric_or_charge_model": "This price does not work with how the metric counts.",
    "not_compatible_with_aggregation_type": "This does not work with how the metric counts.",
    "must_be_true_unless_pay_in_advance": "Only charges paid in advance can be left off invoices.",
    "invalid_charge_model": "This price does not work with when it is paid.",
    "invalid_expression": "This is no expression, such as round(event.properties.cores * event.properties.hours, 2).",
    "values_overlap_partly": "Some events match this filter and another one: which price would they have?",
    "lock_acquisition_failed": "Someone else is working on this right now. Try again in a moment.",
    "not_regenerable": "Only voided invoices of subscriptions and add-ons are made again, and only once.",
    "not_editable": "Only drafts can be changed: this invoice is final.",
    "not_a_sandbox": "Only a sandbox has a clock that can be moved.",
    "no_active_subscription": "This customer has no active subscription.",
    "plan_overlapping": "Another coupon for the same plan or metric is applied already.",
    "coupon_is_not_reusable": "This customer has had this coupon already, and it cannot be applied again.",
    "only_one_limitation_type_per_coupon_allowed": "A coupon is limited to plans or to metrics, not to both.",
    "past_timestamp": "This instant is past.",
    "higher_than_remaining_fee_amount": "This is more than earlier credit notes left of the fee.",
    "higher_than_remaining_invoice_amount": "This is more than is left of the invoice.",
    "cannot_refund_unpaid_invoice": "Nothing was paid, so nothing can be refunded.",
    "does_not_match_item_amounts": "This is not what the items come to.",
    "total_amount_must_be_positive": "There is nothing to give back.",
    "no_voidable_amount": "Nothing is left of this credit note.",
    "no_refundable_amount": "Nothing of this credit note is a refund.",
    "invalid_type_or_status": "This invoice is not final.",
    "not_voidable": "This invoice cannot be voided.",
    "not_deletable": "This cannot be deleted.",
    "is_draft": "The invoice is still a draft.",
    "feature_unavailable": "This is not available yet.",
    "no_linked_payment_provider": "This customer names no payment provider that has a key.",
    "payment_processor_is_currently_handling_payment": "The payment provider is being asked for this already.",
    "invalid_payment_status": "Nothing is due on this.",
    "provider_error": "The payment provider did not do it.",
    "customer_has_active_subscriptions": "The customer still has active subscriptions.",
}
NOT_FOUND = "The {} is gone, or belongs to another organization."


def sentence(code: str) -> str:
    if code.endswith("_not_found"):
        return NOT_FOUND.format(code.removesuffix("_not_found").replace("_", " "))
    return SENTENCES.get(code) or f"{code.replace('_', ' ').capitalize()}."


def sentences_by_field(refusal: ValidationFailed) -> dict[str, list[str]]:
    """The details with nested keys joined by dots: ``{"charges.0.properties": ["…"]}``."""
    return dict(_flattened(refusal.details, ()))


def explained(refusal: BillingError) -> str:
    """The whole refusal in one line, for a message at the top of the page."""
    if isinstance(refusal, ValidationFailed):
        fields = sentences_by_field(refusal).items()
        return " ".join(f"{_label(name)}: {' '.join(lines)}" for name, lines in fields)
    if isinstance(refusal, NotFound) or refusal.code in SENTENCES:
        return sentence(refusal.code or "")
    own_message = str(refusal)
    return own_message if " " in own_message else sentence(refusal.code or own_message)


def _label(field: str) -> str:
    return field.replace("_", " ").replace(".", " › ").capitalize()


def _flattened(details: Mapping[Any, Any], path: tuple[str, ...]) -> Iterable[tuple[str, list[str]]]:
    for key, value in details.items():
        here = (*path, str(key))
        if isinstance(value, Mapping):
            yield from _flattened(value, here)
        else:
            codes = [value] if isinstance(value, str) else list(value)
            yield ".".join(here), [sentence(str(code)) for code in codes]
