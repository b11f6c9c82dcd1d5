"""Everything that goes wrong, as Lago's envelope."""

import json

import pytest
from django.db import DataError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions

from billing_site.kernel.api.errors import bad_request, exception_handler, page_not_found, server_error
from billing_site.kernel.errors import BillingError, Forbidden, LockFailed, NotAllowed, NotFound, ValidationFailed


@pytest.mark.parametrize(
    ("failure", "envelope"),
    [
        (NotFound("plan"), {"status": 404, "error": "Not Found", "code": "plan_not_found"}),
        (Http404(), {"status": 404, "error": "Not Found", "code": "resource_not_found"}),
        (Forbidden("not_a_sandbox"), {"status": 403, "error": "Forbidden", "code": "not_a_sandbox"}),
        (NotAllowed("not_voidable"), {"status": 405, "error": "Method Not Allowed", "code": "not_voidable"}),
        (LockFailed(), {"status": 422, "error": "Unprocessable Entity", "code": "lock_acquisition_failed"}),
        (exceptions.NotAuthenticated(), {"status": 401, "error": "Unauthorized"}),
        (exceptions.MethodNotAllowed("PATCH"), {"status": 405, "error": "Method Not Allowed"}),
        (exceptions.ParseError("no JSON"), {"status": 400, "error": "BadRequest: no JSON"}),
        (RuntimeError("a defect"), {"status": 500, "error": "Internal Server Error"}),
        (BillingError(), {"status": 500, "error": "Internal Server Error"}),
    ],
)
def test_an_error_is_an_envelope(failure, envelope):
    response = exception_handler(failure, {})
    assert response.status_code == envelope["status"]
    assert response.data == envelope


def test_mistakes_are_listed_by_field():
    response = exception_handler(ValidationFailed(name=["value_is_mandatory"]), {})
    assert response.data["error_details"] == {"name": ["value_is_mandatory"]}


def test_what_the_database_cannot_hold_is_the_callers_mistake():
    assert exception_handler(DataError("too long"), {}).status_code == 422


@pytest.mark.parametrize("status", [400, 404, 500])
def test_below_the_api_even_django_answers_json(status):
    request = RequestFactory().get("/api/v1/nothing")
    pages = {
        400: bad_request(request, Exception("x")),
        404: page_not_found(request, Http404()),
        500: server_error(request),
    }
    assert pages[status].status_code == status
    assert json.loads(pages[status].content)["status"] == status
