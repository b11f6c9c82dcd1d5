"""Dunning campaigns in the console."""

import pytest

from invoices.models import CustomerDunning, DunningCampaign
from invoices.services.dunning_campaign import create_campaign
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


def test_saving_the_form_keeps_the_sums_of_all_currencies():
    organization = an_organization()
    thresholds = dict.fromkeys(("CHF", "EUR", "GBP", "USD"), 100)
    campaign = create_campaign(
        organization=organization, code="all", name="All", thresholds=thresholds, at=organization.now()
    )
    values = {"name": "Everywhere", "code": "all", "max_attempts": 3, "days_between_attempts": 7}
    for number, currency in enumerate(thresholds, start=1):
        values |= {f"currency_{number}": currency, f"amount_{number}": "1.00"}

    Console(organization).submit("invoices_dunningcampaign_change", campaign.pk, **values)

    assert {each.currency: each.amount_cents for each in campaign.thresholds.all()} == thresholds
