"""Commands on dunning campaigns, and on whom they are for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import BillingEntity, Customer, Organization
from invoices.models import CustomerDunning, DunningCampaign, DunningDefault, DunningProgress, DunningThreshold


class CampaignFields(TypedDict, total=False):
    """The columns of a campaign; what an absent key leaves as it is."""

    name: str
    description: str
    max_attempts: int
    days_between_attempts: int
    bcc_emails: Sequence[str]
    applied_to_organization: bool


@command
def create_campaign(
    *,
    organization: Organization,
    code: str,
    at: datetime,
    thresholds: Mapping[str, int] | None = None,
    billing_entity_codes: Collection[str] = (),
    **fields: Unpack[CampaignFields],
) -> DunningCampaign:
    """A campaign that asks from ``thresholds`` (cents by currency) on, for customers of these billing entities.

    It takes over from the campaigns that were for them before, and, with ``applied_to_organization``, for everybody
    else. Raises ``ValidationFailed`` without a threshold and for a code in use, ``NotFound``: ``billing_entity``.
    """
    campaign = DunningCampaign(organization=organization, code=code, created_at=at)
    _write(campaign, fields, at)
    campaign.save(force_insert=True)
    _replace_thresholds(campaign, thresholds or {}, at)
    _apply_to(campaign, billing_entity_codes)
    return campaign


@command
def update_campaign(
    *,
    campaign: DunningCampaign,
    at: datetime,
    thresholds: Mapping[str, int] | None = None,
    billing_entity_codes: Collection[str] | None = None,
    **fields: Unpack[CampaignFields],
) -> DunningCampaign:
    """Change a campaign; given thresholds and billing entities replace the former. Raises as ``create_campaign``.

    Attempts made so far count on: 2 of 3 are 2 of 5 when ``max_attempts`` becomes 5.
    """
    campaign = _locked(campaign)
    _write(campaign, fields, at)
    campaign.save()
    if thresholds is not None:
        _replace_thresholds(campaign, thresholds, at)
    if billing_entity_codes is not None:
        _apply_to(campaign, billing_entity_codes)
    return campaign


@command
def delete_campaign(*, campaign: DunningCampaign, at: datetime) -> DunningCampaign:
    """Asks nobody any more, and its code is free again; the requests that it made stay."""
    campaign = _locked(campaign)
    campaign.change(at=at, deleted_at=at)
    DunningDefault.objects.filter(campaign=campaign).delete()
    CustomerDunning.objects.filter(campaign=campaign).update(campaign=None)
    DunningProgress.objects.filter(campaign=campaign).delete()
    return campaign


@command
def set_customer_dunning(
    *, customer: Customer, campaign: DunningCampaign | None = None, is_excluded: bool = False
) -> CustomerDunning:
    """Another campaign for one customer than that of its billing entity, or never any. Attempts begin anew."""
    locked(Customer.objects.filter(pk=customer.pk))
    values = {"campaign": campaign, "is_excluded": is_excluded}
    settings, _ = CustomerDunning.objects.update_or_create(customer=customer, defaults=values)
    DunningProgress.objects.filter(customer=customer).delete()
    return settings


def _locked(campaign: DunningCampaign) -> DunningCampaign:
    for found in locked(DunningCampaign.objects.filter(pk=campaign.pk, deleted_at__isnull=True)):
        return found
    raise NotFound("dunning_campaign")


def _write(campaign: DunningCampaign, fields: CampaignFields, at: datetime) -> None:
    if fields.get("applied_to_organization"):
        _take_over(campaign)
    for name, value in fields.items():
        setattr(campaign, name, value)
    campaign.updated_at = at


def _take_over(campaign: DunningCampaign) -> None:
    others = DunningCampaign.objects.filter(organization=campaign.organization_id, applied_to_organization=True)
    others.exclude(pk=campaign.pk).update(applied_to_organization=False)


def _replace_thresholds(campaign: DunningCampaign, thresholds: Mapping[str, int], at: datetime) -> None:
    if not thresholds:
        raise ValidationFailed(thresholds=["value_is_mandatory"])
    campaign.thresholds.all().delete()
    DunningThreshold.objects.bulk_create(
        DunningThreshold(campaign=campaign, currency=currency, amount_cents=cents, created_at=at)
        for currency, cents in thresholds.items()
    )


def _apply_to(campaign: DunningCampaign, codes: Collection[str]) -> None:
    entities = list(BillingEntity.objects.filter(organization=campaign.organization_id, code__in=codes))
    if len(entities) < len(set(codes)):
        raise NotFound("billing_entity")
    campaign.defaults.all().delete()
    DunningDefault.objects.bulk_create(
        [DunningDefault(billing_entity=entity, campaign=campaign) for entity in entities],
        update_conflicts=True,
        unique_fields=["billing_entity"],
        update_fields=["campaign"],
    )
