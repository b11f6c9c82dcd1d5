"""Commands called from the console: what the database refuses becomes a refusal like any other."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from billing_site.kernel.refusals import refusal_of


@contextmanager
def refusals() -> Iterator[None]:
    """Raises ``BillingError`` for a broken constraint or a lock that is held too long; a defect of ours stays one."""
    try:
        yield
    except DatabaseError as failure:
        refusal = refusal_of(failure)
        if refusal is None:
            raise
        raise refusal from failure
