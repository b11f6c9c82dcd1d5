"""Which organization an operator works in. The console's site puts it on every request."""

from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import models
from django.http import HttpRequest


class Tenant(Protocol):
    id: UUID
    name: str
    sandbox: bool
    default_currency: str

    def now(self) -> datetime: ...


def organization_of(request: HttpRequest) -> Any:
    """The chosen organization; None while there is none at all."""
    return cast("Tenant | None", getattr(request, "organization", None))


def in_organization(rows: models.QuerySet[Any], request: HttpRequest, lookup: str) -> models.QuerySet[Any]:
    """Only the rows of the chosen organization: what is not here can neither be seen nor opened by its id."""
    organization = organization_of(request)
    return rows.none() if organization is None else rows.filter(**{lookup: organization.pk})
