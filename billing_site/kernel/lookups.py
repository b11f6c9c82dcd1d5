"""``…__in`` of many ids as one array, which costs a parameter instead of one for each id; the plans are the same."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, UUIDField
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler

from billing_site.kernel.copy import text_array


class _Ids(list[UUID]):
    """What no one needs to prepare any more."""


class _ArrayOfIds(In):
    """Takes over where all values are ids."""

    def get_prep_lookup(self) -> Any:
        values = self.rhs if isinstance(self.rhs, Collection) and not isinstance(self.rhs, str) else ()
        if values and all(type(value) is UUID for value in values):
            return _Ids(values)
        return super().get_prep_lookup()

    def process_rhs(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(self.rhs, _Ids):
            return "%s::uuid[]", [text_array(key.hex for key in self.rhs)]
        return super().process_rhs(compiler, connection)

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        return f"= ANY({rhs})" if isinstance(self.rhs, _Ids) else super().get_rhs_op(connection, rhs)


@UUIDField.register_lookup
class InIds(_ArrayOfIds):
    pass


@ForeignKey.register_lookup
class InRelatedIds(_ArrayOfIds, RelatedIn):
    pass
