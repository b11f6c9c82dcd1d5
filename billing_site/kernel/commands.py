"""The transaction of a command."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, transaction

from billing_site.kernel.refusals import refusal_of

Given = ParamSpec("Given")
Result = TypeVar("Result")


def command(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """All or nothing; what a constraint or a lock refuses is raised as a ``BillingError``."""

    @wraps(function)
    def in_one_transaction(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except DatabaseError as failure:
            refusal = refusal_of(failure)
            if refusal is None:
                raise
            raise refusal from failure

    return in_one_transaction
