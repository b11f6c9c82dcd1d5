"""Everything that goes wrong, as Lago's envelope (reference: protocol, 4.2)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from billing_site.kernel.errors import BillingError, NotFound, TooLarge, Unauthorized
from billing_site.kernel.refusals import refusal_of

log = structlog.get_logger(__name__)

API_PREFIX = "/api/"


def exception_handler(failure: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's ``EXCEPTION_HANDLER``: always an envelope, and 500 only for a defect of ours, which is logged."""
    refusal = as_refusal(failure)
    if refusal is not None:
        return Response(refusal.envelope(), status=refusal.status)
    if isinstance(failure, exceptions.APIException):
        return Response(
            plain_envelope(failure.status_code, str(failure.detail)), failure.status_code, headers=headers_of(failure)
        )
    log.exception("an API call failed", exc_info=failure, view=type(context.get("view")).__name__)
    return Response(plain_envelope(500), status=500)


def as_refusal(failure: Exception) -> BillingError | None:
    match failure:
        case BillingError():
            return failure
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Unauthorized()
        case Http404() | exceptions.NotFound():
            return NotFound("resource")
        case RequestDataTooBig():
            return TooLarge()
        case DatabaseError():
            return refusal_of(failure)
    return None


def plain_envelope(status: int, detail: str = "") -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    # Lago words a 400 as "BadRequest: why".
    return {"status": status, "error": f"BadRequest: {detail}" if status == 400 else phrase}


def headers_of(failure: exceptions.APIException) -> dict[str, str]:
    allowed = getattr(failure, "wait", None)
    return {"Retry-After": str(int(allowed))} if allowed else {}


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The site's ``handler404``."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse(NotFound("resource").envelope(), status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The site's ``handler500``."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse(plain_envelope(500), status=500)
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The site's ``handler400``."""
    if request.path.startswith(API_PREFIX):
        return JsonResponse(plain_envelope(400, str(exception)), status=400)
    return defaults.bad_request(request, exception)
