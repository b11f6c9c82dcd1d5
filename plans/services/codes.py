"""Codes that are derived where none is given."""

from collections.abc import Collection

from billing_site.kernel.errors import ValidationFailed


def free_code(code: str, origin: str, taken: Collection[str]) -> str:
    """The code asked for, or its origin's with the first number that makes it unique in the plan (M19).

    Raises ``ValidationFailed`` for a code that is taken.
    """
    if code:
        if code in taken:
            raise ValidationFailed(code=["value_already_exist"])
        return code
    free, number = origin, 1
    while free in taken:
        number += 1
        free = f"{origin}_{number}"
    return free
