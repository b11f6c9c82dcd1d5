"""Dunning campaigns in the console."""

import pytest

from invoices.models import CustomerDunning, DunningCampaign
from tests.support.builders import a_customer, an_organization
from tests.support.console import Console

pytestmark = pytest.mark.django_db


def test_a_campaign_is_made_changed_and_picked_for_a_customer():
    organization = an_organization()
    customer = a_customer(organization, "acme")
    entity = organization.billing_entities.get()
    console = Console(organization)
    values = {"name": "Friendly", "code": "friendly", "max_attempts": 3, "days_between_attempts": 7}
    sums = {"currency_1": "EUR", "amount_1": "100.50", "bcc_emails": "boss@acme.test"}

    console.submit("invoices_dunningcampaign_add", **values, **sums, billing_entity_codes=[entity.code])
    campaign = DunningCampaign.objects.get()

    assert [(each.currency, each.amount_cents) for each in campaign.thresholds.all()] == [("EUR", 10050)]
    assert campaign.defaults.get().billing_entity == entity
    assert "100.50" in console.show(campaign)
    assert "3 times, every 7 days" in console.open("invoices_dunningcampaign_changelist")
    console.submit("invoices_dunningcampaign_change", campaign.pk, **{**values, "max_attempts": 5}, **sums)
    console.press(customer, "dunning", campaign=campaign.pk)
    assert CustomerDunning.objects.get().campaign == DunningCampaign.objects.get(max_attempts=5)
    console.press(campaign, "delete")
    assert CustomerDunning.objects.get().campaign is None
