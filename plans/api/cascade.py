"""Whether a deletion reaches the overrides of its plan (P9)."""

from rest_framework.request import Request


def cascades(request: Request) -> bool:
    """``?cascade_updates=true``: a DELETE has no body."""
    return request.query_params.get("cascade_updates") == "true"
