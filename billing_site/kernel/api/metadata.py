"""Metadata that is a map, as a resource of its own: replaced, added to, removed, all of it or one key."""

from collections.abc import Callable
from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.key_values import KeyValuesInput
from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.key_values import KeyValues, merged_key_values, without_key

Change = Callable[[KeyValues], KeyValues]


class Metadata(OrganizationAPIView):
    """``changed`` finds the row of the route, stores what ``change`` makes of its metadata, and returns that."""

    def changed(self, change: Change) -> KeyValues:
        raise NotImplementedError

    def stored(self, change: Change) -> Response:
        return self.answer(metadata=self.changed(change))


class MetadataView(Metadata):
    @operation("metadata")
    def post(self, request: Request, **_: str) -> Response:
        return self.stored(lambda stored: KeyValuesInput.given(request.data))

    @operation("metadata")
    def patch(self, request: Request, **_: str) -> Response:
        return self.stored(lambda stored: merged_key_values(stored, given=KeyValuesInput.given(request.data)))

    @operation("metadata")
    def delete(self, request: Request, **_: str) -> Response:
        return self.stored(lambda stored: {})


class MetadataKeyView(Metadata):
    @operation("metadata")
    def delete(self, request: Request, key: str, **_: str) -> Response:
        return self.stored(partial(without_key, key=key))
