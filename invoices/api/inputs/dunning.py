"""The bodies of dunning campaigns, and of what is different for a customer."""

from typing import Any

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from billing_site.kernel.errors import ValidationFailed
from customers.api.inputs.address import Email

MOST = 100


class ThresholdInput(CommandInput):
    currency = fields.Currency(required=True)
    amount_cents = fields.Cents(required=True, min_value=1)


class Thresholds(fields.ListOf):
    """Cents by currency; a currency can stand there once."""

    def __init__(self) -> None:
        super().__init__(ThresholdInput(), max_items=MOST)

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        by_currency = {each["currency"]: each["amount_cents"] for each in given}
        if len(by_currency) < len(given):
            raise ValidationFailed(thresholds=["value_is_duplicated"])
        return by_currency


class DunningCampaignInput(CommandInput):
    root_name = "dunning_campaign"

    code = fields.Code()
    name = fields.Text(required=True)
    description = fields.Text(max_length=None)
    max_attempts = fields.Whole(min_value=1, max_value=MOST)
    days_between_attempts = fields.Whole(min_value=1, max_value=365)
    bcc_emails = fields.ListOf(Email(), max_items=MOST)
    applied_to_organization = fields.Flag()
    thresholds = Thresholds()
    billing_entity_codes = fields.ListOf(fields.Code(), max_items=MOST)

    def get_fields(self) -> dict[str, Any]:
        known = super().get_fields()
        if self.context.get("updating"):
            known.pop("code")  # a campaign keeps its code
        return known


class CustomerDunningInput(CommandInput):
    root_name = "dunning"

    dunning_campaign_code = fields.Text()
    exclude_from_dunning_campaign = fields.Flag(source="is_excluded", default=False)
