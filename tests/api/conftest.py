"""One world for all calls of a module; each call is undone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.api.bodies import Bodies
from tests.api.calls import Caller
from tests.api.routes import documentation
from tests.api.world import Tenant, a_tenant


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database inside a transaction that the module's end rolls back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def theirs(database: None) -> Tenant:
    return a_tenant("theirs")


@pytest.fixture(scope="module")
def ours(theirs: Tenant) -> Tenant:
    return a_tenant("ours")


@pytest.fixture(scope="module")
def caller(ours: Tenant) -> Caller:
    return Caller(ours)


@pytest.fixture(scope="module")
def bodies(ours: Tenant) -> Bodies:
    overdue = ours.ids["overdue_invoice"]
    known = {
        "billable_metric_id": ours.metric_id,
        "invoice_id": overdue,
        "wallet_id": ours.ids["wallets"],
        "lago_invoice_ids": [overdue],
        "AdjustedFeeInput.fee_id": ours.ids["fees"],
        "RegenerateInput.fees": [{"fee_id": ours.ids["fees"], "units": 1}],
        "fee_id": ours.ids["overdue_fee"],
    }
    return Bodies(documentation()["components"]["schemas"], known)
