"""The one error tree, with Lago's codes and envelope (reference: protocol, 4.2).

Raised in the core and in commands; one handler (``kernel/api/errors.py``) renders the envelope.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class BillingError(Exception):
    """A refusal that a caller is told about. ``code`` is Lago's."""

    status = 500
    reason = "Internal Server Error"

    def __init__(self, code: str | None = None, message: str = "") -> None:
        super().__init__(message or code or self.reason)
        self.code = code

    def envelope(self) -> dict[str, Any]:
        body: dict[str, Any] = {"status": self.status, "error": self.reason}
        if self.code is not None:
            body["code"] = self.code
        return body


class BadRequest(BillingError):
    """400: the body has no usable root object. The envelope has no ``code``."""

    status = 400

    def __init__(self, what: str) -> None:
        super().__init__(None, what)
        self.reason = f"BadRequest: {what}"

    @classmethod
    def missing_root(cls, root: str) -> "BadRequest":
        return cls(f"param is missing or the value is empty or invalid: {root}")


class Unauthorized(BillingError):
    status, reason = 401, "Unauthorized"


class Forbidden(BillingError):
    status, reason = 403, "Forbidden"


class NotFound(BillingError):
    """404 with code ``<resource>_not_found``: ``NotFound("customer")``."""

    status, reason = 404, "Not Found"

    def __init__(self, resource: str) -> None:
        super().__init__(f"{resource}_not_found")


class NotAllowed(BillingError):
    """405: the state of the business refuses (``not_voidable``, ``no_active_subscription``)."""

    status, reason = 405, "Method Not Allowed"


class TooLarge(BillingError):
    """413: the body is longer than the site takes. The envelope has no ``code``."""

    status, reason = 413, "Request Entity Too Large"


class TooManyRequests(BillingError):
    status, reason = 429, "Too Many Requests"


class LockFailed(BillingError):
    """422: another request holds the row for too long; nothing was changed."""

    status, reason = 422, "Unprocessable Entity"

    def __init__(self) -> None:
        super().__init__("lock_acquisition_failed")


class ValidationFailed(BillingError):
    """422 with ``error_details``: ``ValidationFailed(name=["value_is_mandatory"])``.

    ``details`` may be keyed by field, or by zero-based index for batches.
    """

    status, reason = 422, "Unprocessable Entity"

    def __init__(self, details: Mapping[str, Any] | None = None, /, **fields: Sequence[str]) -> None:
        super().__init__("validation_errors")
        self.details: dict[str, Any] = {**(details or {}), **{name: list(codes) for name, codes in fields.items()}}
        self.args = (f"validation_errors: {self.details}",)

    def envelope(self) -> dict[str, Any]:
        return {**super().envelope(), "error_details": self.details}
