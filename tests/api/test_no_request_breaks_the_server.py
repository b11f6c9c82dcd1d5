"""Whatever is sent to whatever route: Lago's envelope, never a 500, and a refusal leaves nothing behind."""

from typing import Any

import pytest

from tests.api import nonsense
from tests.api.bodies import Bodies
from tests.api.calls import Caller
from tests.api.routes import METHODS, Operation, operations, routes
from tests.api.world import Tenant

pytestmark = pytest.mark.django_db

OPERATIONS = operations()
WITH_BODY = [each for each in OPERATIONS if each.body]
WITHOUT_BODY = [each for each in OPERATIONS if not each.body]
WITH_PARAMETERS = [each for each in OPERATIONS if each.parameters]
READING = [each for each in OPERATIONS if each.method == "GET"]

# How much of the nonsense each operation, field and filter gets: every n-th, beginning with another one each time.
BODY_STEP = 3
FIELD_STEP = 48
FILTER_STEP = 27
PATH_STEP = 9

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)
with_body = pytest.mark.parametrize("operation", WITH_BODY, ids=str)
without_body = pytest.mark.parametrize("operation", WITHOUT_BODY, ids=str)
with_parameters = pytest.mark.parametrize("operation", WITH_PARAMETERS, ids=str)
reading = pytest.mark.parametrize("operation", READING, ids=str)


@with_body
def test_plausible_bodies_are_understood(operation: Operation, caller: Caller, bodies: Bodies) -> None:
    """Otherwise nonsense in one field would be hidden behind that in another."""
    answer = caller.send_json(operation.method, caller.tenant.path(operation), bodies.plausible(operation))
    assert answer.status_code in (200, 405), answer.content


@with_body
def test_nonsense_in_one_field(operation: Operation, caller: Caller, bodies: Bodies) -> None:
    path = caller.tenant.path(operation)
    for position, field in enumerate(bodies.fields(operation)):
        for value in nonsense.VALUES[position % FIELD_STEP :: FIELD_STEP]:
            caller.send_json(operation.method, path, bodies.replaced(operation, field, value))


@with_body
def test_nonsense_in_all_fields_at_once(operation: Operation, caller: Caller, bodies: Bodies) -> None:
    path = caller.tenant.path(operation)
    root, plausible = next(iter(bodies.plausible(operation).items()))
    for value in nonsense.VALUES[WITH_BODY.index(operation) % BODY_STEP :: BODY_STEP]:
        filled = dict.fromkeys(bodies.names(operation), value)
        caller.send_json(operation.method, path, {root: [filled] if isinstance(plausible, list) else filled})


@with_body
def test_bodies_that_are_no_json_object(operation: Operation, caller: Caller) -> None:
    for content in nonsense.CONTENTS:
        # Where nothing is mandatory any object will do, and no body; a draft, for one, still refuses to be voided.
        is_understood = not operation.needs_body and content[:1] in (b"", b"{")
        allowed = (400, 405, 422) if is_understood else (400, 422)
        assert caller.send(operation.method, caller.tenant.path(operation), content).status_code in allowed


@without_body
def test_bodies_that_nobody_asked_for(operation: Operation, caller: Caller) -> None:
    for content in nonsense.CONTENTS[::7]:
        caller.send(operation.method, caller.tenant.path(operation), content)


@every_operation
def test_nobody_comes_in_without_a_key(operation: Operation, caller: Caller) -> None:
    for authorization in nonsense.AUTHORIZATIONS[len(operation.route) % 3 :: 3]:
        answer = caller.send(operation.method, caller.tenant.path(operation), Authorization=authorization)
        assert answer.json() == {"status": 401, "error": "Unauthorized"}


@with_parameters
def test_what_belongs_to_others_does_not_exist(
    operation: Operation, caller: Caller, bodies: Bodies, theirs: Tenant
) -> None:
    body = bodies.plausible(operation) if operation.body else None
    answer = caller.send_json(operation.method, theirs.path(operation), body)
    assert answer.status_code == 404
    assert answer.json()["code"].endswith("_not_found")


@with_parameters
def test_strange_names_in_the_path(operation: Operation, caller: Caller, bodies: Bodies) -> None:
    body = bodies.plausible(operation) if operation.body else None
    for name in nonsense.PATH_VALUES[len(operation.route) % PATH_STEP :: PATH_STEP]:
        caller.send_json(operation.method, operation.filled(lambda _, name=name: name), body)


@reading
def test_nonsense_in_pages_and_filters(operation: Operation, caller: Caller) -> None:
    path = caller.tenant.path(operation)
    names = sorted({*operation.filters, "page", "per_page", "unknown", "metadata[%00]", "[]", "%ff"})
    for position, name in enumerate(names):
        for value in nonsense.QUERY_VALUES[position % FILTER_STEP :: FILTER_STEP]:
            caller.send("GET", f"{path}?{name}={value}")


@pytest.mark.parametrize(("route", "view"), sorted(routes(), key=str), ids=str)
def test_wrong_methods_and_slashes_too_many(route: str, view: Any, caller: Caller) -> None:
    path = caller.tenant.path(Operation("GET", route, {}))
    for method in (*METHODS, "options", "trace", "query"):
        if not hasattr(view, method):
            assert caller.send(method.upper(), path, b"{}").status_code == 405
    for method in ("GET", "POST"):
        for strange in (f"{path}/", f"/{path}"):
            assert caller.send(method, strange, b"{}").status_code in (400, 404, 405)


@pytest.mark.parametrize(
    "path", ["", "/", "//", "/nothing", "/%00", "/%ff", "/customers//", "/../admin/", "/" + "x" * 9_000]
)
def test_unknown_addresses(path: str, caller: Caller) -> None:
    assert caller.send("GET", path).status_code == 404


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) > 40
    assert {"POST /events/batch", "PUT /invoices/{lago_id}/finalize"} <= set(map(str, OPERATIONS))
