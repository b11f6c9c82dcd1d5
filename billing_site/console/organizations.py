"""Which organization the operator works in: chosen at the top of the console, kept in the session."""

from uuid import UUID

from django.http import HttpRequest

from customers.models import Organization

SESSION_KEY = "organization"
RECENT = 8


def chosen_organization(request: HttpRequest) -> Organization | None:
    """The one in the session; else the oldest live one, else any."""
    chosen = request.session.get(SESSION_KEY)
    found = Organization.objects.filter(pk=chosen).first() if chosen else None
    return found or Organization.objects.order_by("sandbox", "created_at").first()


def choose_organization(request: HttpRequest, organization: Organization) -> None:
    request.session[SESSION_KEY] = str(organization.pk)


def choices_beside(organization: Organization) -> list[Organization]:
    """What the switcher offers at once: live ones first, then the newest sandboxes; the list has the rest."""
    others = Organization.objects.exclude(pk=organization.pk)
    return list(others.order_by("sandbox", "-created_at")[:RECENT])


def organization_named(organization_id: UUID) -> Organization | None:
    return Organization.objects.filter(pk=organization_id).first()
