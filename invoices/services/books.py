"""Close the books of a billing entity, so that nothing is issued into a period any more, and open them again."""

from datetime import date, datetime, timedelta

from billing_site.kernel.commands import command
from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import BillingEntity
from invoices.models import BookClosing

# Behind UTC by as much as any time zone is: a day that is over there is over everywhere.
LAST_ON_EARTH = timedelta(hours=12)


@command
def close_books(*, billing_entity: BillingEntity, until: date, decided_by: str, at: datetime) -> BookClosing:
    """Nothing is dated on ``until`` or before any more: invoices that would be are issued on the first open day.

    Waits for what is being issued now. Raises ``ValidationFailed`` for a day that is not over everywhere on earth, or
    that is closed already.
    """
    (entity,) = locked(BillingEntity.objects.filter(id=billing_entity.id))
    if until > last_closable_day(at) or (entity.books_closed_until and until <= entity.books_closed_until):
        raise ValidationFailed(until=["value_is_out_of_range"])
    return _set(entity, until, "", decided_by, at)


@command
def reopen_books(
    *, billing_entity: BillingEntity, until: date | None, reason: str, decided_by: str, at: datetime
) -> BookClosing:
    """From now on only days up to ``until`` are closed, or none. Raises ``ValidationFailed`` without a reason."""
    (entity,) = locked(BillingEntity.objects.filter(id=billing_entity.id))
    if not reason.strip():
        raise ValidationFailed(reason=["value_is_mandatory"])
    if entity.books_closed_until is None or (until and until >= entity.books_closed_until):
        raise ValidationFailed(until=["value_is_out_of_range"])
    return _set(entity, until, reason.strip(), decided_by, at)


def last_closable_day(at: datetime) -> date:
    return (at - LAST_ON_EARTH).date() - timedelta(days=1)


def _set(entity: BillingEntity, until: date | None, reason: str, decided_by: str, at: datetime) -> BookClosing:
    before = entity.books_closed_until
    entity.change(at=at, books_closed_until=until)
    return BookClosing.objects.create(
        organization_id=entity.organization_id,
        billing_entity=entity,
        closed_before=before,
        closed_until=until,
        reason=reason,
        decided_by=decided_by,
        created_at=at,
    )
