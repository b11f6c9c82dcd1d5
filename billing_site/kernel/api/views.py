"""What every view of the API stands on: authenticated, scoped to one organization, thin."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from rest_framework.response import Response
from rest_framework.views import APIView

from billing_site.kernel.api.filters import ListFilterSet
from billing_site.kernel.api.inputs import CommandInput
from billing_site.kernel.api.pagination import page_of
from billing_site.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)
Wire = Mapping[str, Any]


class OrganizationAPIView(APIView):
    """A view inside the organization of the caller's API key.

    ``self.organization`` is the tenant that every query starts from, ``self.at`` its "now", read once.
    """

    @property
    def organization(self) -> Any:
        # The kernel does not know the tenant's class; the authentication puts it here.
        return self.request.user

    @cached_property
    def at(self) -> datetime:
        return self.organization.now()

    def arguments(self, input_class: type[CommandInput], *, updating: bool = False) -> dict[str, Any]:
        """The body as keyword arguments of a command."""
        return input_class.arguments(self.request.data, updating=updating)

    def filtered(self, filters: type[ListFilterSet], rows: QuerySet[Row]) -> QuerySet[Row]:
        return filters(data=self.request.query_params, queryset=rows, request=self.request).rows()

    def answer(self, **roots: Wire | Sequence[Wire] | None) -> Response:
        """``self.answer(tax=tax_wire(tax))`` → ``{"tax": {...}}``, always 200 as Lago does."""
        return Response(roots)

    def page(self, root: str, rows: QuerySet[Row], wire: Callable[[list[Row]], Sequence[Wire]]) -> Response:
        """One page of ``rows`` under its plural root, with ``meta``. ``wire`` takes the whole page at once."""
        page = page_of(rows, self.request.query_params)
        return Response({root: wire(page.rows), "meta": page.meta()})


def find(rows: QuerySet[Row], resource: str, **lookup: Any) -> Row:
    """The one row, or ``NotFound(resource)``; a malformed id names nothing."""
    try:
        found = rows.filter(**lookup).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound(resource)
    return found
