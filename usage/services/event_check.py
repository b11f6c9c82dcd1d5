"""Tells organizations of events that cannot be counted, once an hour (V8)."""

from django.db import transaction

from customers.models import Organization
from customers.webhooks import announce
from usage.models import EventCheck
from usage.queries import current_epoch, faulty_events
from usage.rollup import roll

WEBHOOK = "events.errors"


def check_all_events() -> None:
    """All organizations that events have arrived for since the last time."""
    roll()
    for organization in Organization.objects.filter(usage_codes__isnull=False).distinct().order_by("id"):
        check_events(organization)


def check_events(organization: Organization) -> None:
    """What arrived since the last check is looked through once, and told in one message if something is wrong.

    An organization that is checked for the first time starts with what comes next.
    """
    epoch = current_epoch()
    with transaction.atomic():
        checked = EventCheck.objects.select_for_update().filter(organization=organization).first()
        EventCheck.objects.update_or_create(organization=organization, defaults={"epoch": epoch})
        if checked is not None and epoch > checked.epoch:
            announce(
                WEBHOOK,
                lambda: _told(organization, checked.epoch, epoch),
                organization_id=organization.id,
                at=organization.now(),
            )


def _told(organization: Organization, after_epoch: int, epoch: int) -> list[dict[str, list[str]]]:
    """Only the kinds that there are."""
    found = faulty_events(organization.id, after_epoch=after_epoch, epoch=epoch)._asdict()
    wrong = {kind: transaction_ids for kind, transaction_ids in found.items() if transaction_ids}
    return [wrong] if wrong else []
