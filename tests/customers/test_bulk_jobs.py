"""Commands on many rows: nothing before it is agreed to, every row once, and a row's fault is its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.bulk import BulkCommand, Effect, register
from billing_site.kernel.errors import NotAllowed, ValidationFailed
from customers.models import BulkJob, BulkJobStatus, BulkRow, BulkRowState, Customer, Organization
from customers.queries import customers_of
from customers.services.bulk_job import ask_for_bulk, resume_bulk, retry_bulk, run_bulk, try_bulk, work_on_bulk
from customers.tasks import work_on_bulk as the_task
from tests.support.builders import a_customer, an_organization

pytestmark = pytest.mark.django_db


def _rename(customer: Customer, values: Mapping[str, Any], at: datetime) -> Effect:
    if customer.name == "Stubborn":
        raise NotAllowed("stubborn", "It keeps its name.")
    if customer.name == "Broken":
        raise ZeroDivisionError("no name fits")
    customer.change(at=at, name=values["name"])
    return Effect(f"Is called {values['name']}.", 100, "EUR")


RENAME = register(BulkCommand(name="test_rename", label="Rename", rows=customers_of, act=_rename))


def _rename_all(customers: Sequence[Customer], values: Mapping[str, Any], at: datetime) -> Mapping[UUID, Effect]:
    return {customer.id: _rename(customer, values, at) for customer in customers}


TOGETHER = register(
    BulkCommand(name="test_rename_all", label="Rename all", rows=customers_of, act=_rename, act_together=_rename_all)
)


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def asked(organization: Organization, *names: str, bulk: BulkCommand = RENAME) -> BulkJob:
    rows = [a_customer(organization, name=name) for name in names]
    return ask_for_bulk(organization=organization, bulk=bulk, rows=rows, at=organization.now())


def tried(organization: Organization, *names: str) -> BulkJob:
    job = asked(organization, *names)
    try_bulk(job=job, values={"name": "Renamed"}, at=organization.now())
    job.refresh_from_db()
    return job


def states(job: BulkJob) -> list[str]:
    return list(job.rows.order_by("position").values_list("state", flat=True))


def test_trying_out_tells_of_every_row_and_changes_none(organization: Organization) -> None:
    job = tried(organization, "One", "Stubborn", "Broken")
    assert (job.status, states(job)) == (BulkJobStatus.TRIED, ["tried", "refused", "refused"])
    first, second, third = job.rows.order_by("position")
    assert (first.expected, first.amount_cents, first.currency) == ("Is called Renamed.", 100, "EUR")
    assert second.outcome == "It keeps its name."
    assert third.outcome == "ZeroDivisionError: no name fits"
    assert not Customer.objects.filter(name="Renamed").exists()


def test_what_would_work_is_done_and_what_would_not_stays_refused(organization: Organization) -> None:
    job = tried(organization, "One", "Stubborn", "Two")
    run_bulk(job=job, at=organization.now())
    job.refresh_from_db()
    assert (job.status, states(job)) == (BulkJobStatus.DONE_WITH_FAILURES, ["done", "refused", "done"])
    assert Customer.objects.filter(name="Renamed").count() == 2
    assert job.finished_at is not None


def test_nothing_runs_that_was_not_tried_out(organization: Organization) -> None:
    job = asked(organization, "One")
    with pytest.raises(NotAllowed):
        run_bulk(job=job, at=organization.now())
    refused = tried(organization, "Stubborn")
    with pytest.raises(NotAllowed):
        run_bulk(job=refused, at=organization.now())


def test_a_row_that_refused_is_tried_again_alone(organization: Organization) -> None:
    job = tried(organization, "One", "Stubborn")
    run_bulk(job=job, at=organization.now())
    Customer.objects.filter(name="Stubborn").update(name="Willing")
    job.refresh_from_db()
    retry_bulk(job=job, at=organization.now())
    job.refresh_from_db()
    assert (job.status, states(job)) == (BulkJobStatus.DONE, ["done", "done"])


def test_a_task_that_runs_twice_finds_nothing_left(organization: Organization) -> None:
    job = tried(organization, "One")
    run_bulk(job=job, at=organization.now())
    Customer.objects.filter(name="Renamed").update(name="Renamed since")
    assert work_on_bulk(job_id=job.pk) == 0
    the_task(job.pk)
    assert Customer.objects.get(pk=job.rows.get().row_id).name == "Renamed since"


def test_a_job_whose_tasks_were_lost_goes_on(organization: Organization) -> None:
    job = asked(organization, "One", "Two")
    job.change(at=organization.now(), status=BulkJobStatus.TRYING, values={"name": "Renamed"})
    assert work_on_bulk(job_id=job.pk, most=1) == 1
    assert states(job) == ["tried", "pending"]
    resume_bulk(job=job)
    job.refresh_from_db()
    assert (job.status, states(job)) == (BulkJobStatus.TRIED, ["tried", "tried"])


def test_a_row_of_another_organization_or_gone_is_refused(organization: Organization) -> None:
    stranger = a_customer(an_organization("Strangers"))
    job = ask_for_bulk(organization=organization, bulk=RENAME, rows=[stranger], at=organization.now())
    try_bulk(job=job, values={"name": "Renamed"}, at=organization.now())
    assert job.rows.get().outcome == "It is gone."


def test_a_job_has_rows_but_not_too_many(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customers.services.bulk_job.MOST_ROWS", 1)
    for names in ((), ("One", "Two")):
        with pytest.raises(ValidationFailed):
            asked(organization, *names)


def test_a_row_is_once_in_a_job(organization: Organization) -> None:
    job = asked(organization, "One")
    row = job.rows.get()
    broken = {
        "bulk_row_once_per_position": {"position": row.position, "row_id": a_customer(organization).pk},
        "bulk_row_once_per_job": {"position": 5, "row_id": row.row_id},
        "bulk_row_state_known": {"position": 6, "row_id": a_customer(organization).pk, "state": "odd"},
    }
    for name, values in broken.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            BulkRow.objects.create(job=job, label="x", **values)
    with pytest.raises(IntegrityError, match="bulk_job_status_known"), transaction.atomic():
        BulkJob.objects.filter(pk=job.pk).update(status="odd")


def test_a_live_organization_leaves_the_rows_to_the_workers() -> None:
    organization = an_organization(sandbox=False)
    job = tried(organization, "One")
    assert (job.status, states(job)) == (BulkJobStatus.TRYING, [BulkRowState.PENDING])
    the_task(job.pk)
    job.refresh_from_db()
    assert (job.status, states(job)) == (BulkJobStatus.TRIED, [BulkRowState.TRIED])


def test_a_fault_among_rows_that_are_done_together_is_narrowed_down(organization: Organization) -> None:
    job = asked(organization, "One", "Two", "Stubborn", "Three", "Broken", bulk=TOGETHER)
    try_bulk(job=job, values={"name": "Renamed"}, at=organization.now())
    assert states(job) == ["tried", "tried", "refused", "tried", "refused"]
    assert not Customer.objects.filter(name="Renamed").exists()
    run_bulk(job=job, at=organization.now())
    assert states(job) == ["done", "done", "refused", "done", "refused"]
    assert Customer.objects.filter(name="Renamed").count() == 3
