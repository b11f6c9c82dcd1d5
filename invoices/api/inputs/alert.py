"""The bodies of alerts: one, or several at once."""

from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput, root_list
from billing_site.kernel.errors import ValidationFailed
from invoices.models import WALLET_TYPES, AlertType


class AlertThresholdInput(CommandInput):
    code = fields.Text()
    value = fields.Number(required=True)
    recurring = fields.Flag()


class AlertInput(CommandInput):
    """What is wrong with thresholds taken together the command says."""

    root_name = "alert"

    alert_type = fields.Choice(sorted(set(AlertType) - WALLET_TYPES), required=True)
    code = fields.Code()
    name = fields.Text()
    billable_metric_code = fields.Text()
    thresholds = fields.ListOf(AlertThresholdInput(), required=True)


class WalletAlertInput(AlertInput):
    alert_type = fields.Choice(sorted(WALLET_TYPES), required=True)


def is_batch(body: Any) -> bool:
    return isinstance(body, dict) and "alerts" in body and "alert" not in body


def alerts_arguments(body: Any, takes: type[AlertInput]) -> list[dict[str, Any]]:
    """The checked alerts of a batch; refusals are keyed by index."""
    found, wrong = [], {}
    for position, given in enumerate(root_list(body, "alerts")):
        try:
            found.append(takes.checked(given))
        except ValidationFailed as refusal:
            wrong[str(position)] = refusal.details
    if wrong:
        raise ValidationFailed(wrong)
    return found
