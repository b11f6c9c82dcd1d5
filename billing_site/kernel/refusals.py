"""Refusals of the database as errors that a caller understands.

A unique constraint is reported on its last field (``fields=["organization", "code"]`` → ``code``), so
constraints list the field that the user chose last.
"""

from functools import cache

import structlog
from django.apps import apps
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.db.models import UniqueConstraint
from psycopg import errors

from billing_site.kernel.errors import BillingError, LockFailed, ValidationFailed
from billing_site.kernel.locks import is_lock_failure

log = structlog.get_logger(__name__)


def refusal_of(failure: DatabaseError) -> BillingError | None:
    """What the caller did wrong, or None when the fault is ours."""
    if isinstance(failure, IntegrityError):
        return broken_constraint(failure)
    if isinstance(failure, DataError):
        log.warning("a value reached the database that it cannot hold", reason=str(failure))
        return ValidationFailed(base=["value_is_invalid"])
    if isinstance(failure, OperationalError) and is_lock_failure(failure):
        return LockFailed()
    return None


def broken_constraint(failure: IntegrityError) -> BillingError | None:
    name = violated_constraint(failure)
    field = unique_fields().get(name or "")
    if field and isinstance(failure.__cause__, errors.UniqueViolation):
        return ValidationFailed({field: ["value_already_exist"]})
    return None


def violated_constraint(failure: IntegrityError) -> str | None:
    """The name of the constraint, for commands that expect a certain one."""
    cause = failure.__cause__
    return cause.diag.constraint_name if isinstance(cause, errors.Error) else None


@cache
def unique_fields() -> dict[str, str]:
    return {
        constraint.name: constraint.fields[-1]
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields
    }
