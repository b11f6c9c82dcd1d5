"""Commands on many rows at once: asked for, tried out, done, and done again where it was refused."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Model, QuerySet

from billing_site.kernel.bulk import BulkCommand, Effect
from billing_site.kernel.commands import command
from billing_site.kernel.errors import BillingError, LockFailed, NotAllowed, ValidationFailed
from billing_site.kernel.jobs import enqueue
from billing_site.kernel.locks import is_lock_failure, locked
from customers.models import BulkJob, BulkJobStatus, BulkRow, BulkRowState, Organization

log = structlog.get_logger(__name__)

MOST_ROWS = 10_000
ROWS_A_TASK = 50
_WORKED = ["state", "expected", "outcome", "amount_cents", "currency"]
GONE = "It is gone."
Explain = Callable[[BillingError], str]
FINISHED = {BulkJobStatus.TRYING: BulkJobStatus.TRIED, BulkJobStatus.RUNNING: BulkJobStatus.DONE}


@command
def ask_for_bulk(
    *, organization: Organization, bulk: BulkCommand, rows: Sequence[Model], at: datetime, asked_by: str = ""
) -> BulkJob:
    """A job over ``rows``; nothing is done yet. Raises ``ValidationFailed`` for none, or more than ``MOST_ROWS``."""
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValidationFailed(rows=["invalid_count"])
    job = BulkJob.objects.create(
        organization=organization, command=bulk.name, rows_count=len(rows), asked_by=asked_by, created_at=at
    )
    BulkRow.objects.bulk_create(
        BulkRow(job=job, position=position, row_id=row.pk, label=str(row)[:512]) for position, row in enumerate(rows)
    )
    return job


@command
def try_bulk(*, job: BulkJob, values: Mapping[str, Any], at: datetime) -> BulkJob:
    """Have the workers say for each row what it would come to; again with other values, as long as it has not run."""
    current = _held(job, BulkJobStatus.ASKED, BulkJobStatus.TRIED)
    current.rows.update(state=BulkRowState.PENDING, expected="", outcome="", amount_cents=None, currency="")
    current.change(at=at, values=dict(values), status=BulkJobStatus.TRYING)
    return _queue(current)


@command
def run_bulk(*, job: BulkJob, at: datetime) -> BulkJob:
    """Do it to the rows for which it would work; the others keep the reason."""
    current = _held(job, BulkJobStatus.TRIED)
    if not current.rows.filter(state=BulkRowState.TRIED).update(state=BulkRowState.PENDING):
        raise NotAllowed("nothing_to_do")
    current.change(at=at, status=BulkJobStatus.RUNNING)
    return _queue(current)


@command
def retry_bulk(*, job: BulkJob, at: datetime) -> BulkJob:
    """Do it to the rows that refused it."""
    current = _held(job, BulkJobStatus.DONE_WITH_FAILURES)
    current.rows.filter(state=BulkRowState.REFUSED).update(state=BulkRowState.PENDING, outcome="")
    current.change(at=at, status=BulkJobStatus.RUNNING, finished_at=None)
    return _queue(current)


@command
def resume_bulk(*, job: BulkJob) -> BulkJob:
    """Have the workers take what is left of a job whose tasks were lost."""
    return _queue(_held(job, BulkJobStatus.TRYING, BulkJobStatus.RUNNING))


def work_on_bulk(*, job_id: UUID, explain: Explain = str, most: int = ROWS_A_TASK) -> int:
    """Up to ``most`` of the rows that nobody else is at, each in a transaction of its own; how many.

    Commands that can be done to many rows at once get them all, in one transaction. ``explain`` words refusals for the
    operator.
    """
    bulk = BulkJob.objects.get(id=job_id).bulk_command
    bulk.prepare()
    worked = 0
    if bulk.act_together is not None:
        worked = _take_together(job_id, explain, most)
    else:
        while worked < most and _take_one(job_id, explain):
            worked += 1
    _finish_if_done(job_id)
    return worked


def _take_together(job_id: UUID, explain: Explain, most: int) -> int:
    with transaction.atomic():
        rows = list(_free(job_id)[:most])
        if rows:
            _work_together(rows, rows[0].job, explain)
            BulkRow.objects.bulk_update(rows, _WORKED)
    return len(rows)


def _work_together(rows: Sequence[BulkRow], job: BulkJob, explain: Explain) -> None:
    """A fault is narrowed down by halves to its row, which is then done for itself."""
    if len(rows) == 1:
        _work_on(rows[0], job, explain)
        return
    try:
        with transaction.atomic():
            effects = _act_together(rows, job)
    except (OperationalError, InterfaceError) as failure:
        if not is_lock_failure(failure):
            raise
        _work_on_halves(rows, job, explain)
    # Whatever one row's data cause is told apart from the others, shown and retried.
    except Exception:
        log.exception("rows of a bulk job failed together", job_id=str(job.pk))
        _work_on_halves(rows, job, explain)
    else:
        for row in rows:
            _say(row, effects.get(row.row_id, NotAllowed("gone", GONE)), job, explain)


def _work_on_halves(rows: Sequence[BulkRow], job: BulkJob, explain: Explain) -> None:
    middle = len(rows) // 2
    _work_together(rows[:middle], job, explain)
    _work_together(rows[middle:], job, explain)


def _act_together(rows: Sequence[BulkRow], job: BulkJob) -> Mapping[UUID, Effect | BillingError]:
    bulk, organization = job.bulk_command, job.organization
    targets = list(bulk.rows(organization).filter(pk__in=[row.row_id for row in rows]))
    is_trial = job.status == BulkJobStatus.TRYING
    return bulk.do_together(targets, job.values, organization.now(), is_trial=is_trial)


def _say(row: BulkRow, effect: Effect | BillingError, job: BulkJob, explain: Explain) -> None:
    if isinstance(effect, BillingError):
        _refuse(row, explain(effect))
    else:
        _note(row, effect, is_trial=job.status == BulkJobStatus.TRYING)


def _free(job_id: UUID) -> QuerySet[BulkRow]:
    """What waits and nobody else is at, locked as it is read."""
    pending = BulkRow.objects.filter(job=job_id, state=BulkRowState.PENDING).order_by("position")
    return pending.select_for_update(skip_locked=True, of=("self",)).select_related("job__organization")


def _take_one(job_id: UUID, explain: Explain) -> bool:
    with transaction.atomic():
        row = _free(job_id).first()
        if row is None:
            return False
        _work_on(row, row.job, explain)
        row.save(update_fields=_WORKED)
    return True


def _work_on(row: BulkRow, job: BulkJob, explain: Explain) -> None:
    is_trial = job.status == BulkJobStatus.TRYING
    try:
        with transaction.atomic():
            effect = _act(row, job, is_trial=is_trial)
    except BillingError as refusal:
        _refuse(row, explain(refusal))
    except (OperationalError, InterfaceError) as failure:
        # A lost connection is nobody's fault: the row stays as it is for the next task.
        if not is_lock_failure(failure):
            raise
        _refuse(row, explain(LockFailed()))
    # One row's fault must not stop the others; it is shown and retried.
    except Exception as fault:
        log.exception("a row of a bulk job failed", job_id=str(job.pk), row_id=str(row.row_id))
        _refuse(row, f"{type(fault).__name__}: {fault}")
    else:
        _note(row, effect, is_trial=is_trial)


def _note(row: BulkRow, effect: Effect, *, is_trial: bool) -> None:
    if is_trial:
        row.state, row.expected = BulkRowState.TRIED, effect.sentence
    else:
        row.state, row.outcome = BulkRowState.DONE, effect.sentence
    # What was tried out stays where the command itself cannot tell, since its invoice comes later.
    if effect.amount_cents is not None:
        row.amount_cents, row.currency = effect.amount_cents, effect.currency


def _refuse(row: BulkRow, reason: str) -> None:
    row.state, row.outcome, row.amount_cents = BulkRowState.REFUSED, reason, None


def _act(row: BulkRow, job: BulkJob, *, is_trial: bool) -> Effect:
    bulk, organization = job.bulk_command, job.organization
    target = bulk.row(organization, row.row_id)
    if target is None:
        raise NotAllowed("gone", GONE)
    act = bulk.try_out if is_trial else bulk.act
    return act(target, job.values, organization.now())


def _finish_if_done(job_id: UUID) -> None:
    with transaction.atomic():
        for job in locked(BulkJob.objects.filter(id=job_id).select_related("organization")):
            finished = FINISHED.get(BulkJobStatus(job.status))
            if finished is None or job.rows.filter(state=BulkRowState.PENDING).exists():
                return
            if finished == BulkJobStatus.DONE and job.rows.filter(state=BulkRowState.REFUSED).exists():
                finished = BulkJobStatus.DONE_WITH_FAILURES
            at = job.organization.now()
            job.change(at=at, status=finished, finished_at=None if finished == BulkJobStatus.TRIED else at)


def _held(job: BulkJob, *allowed: BulkJobStatus) -> BulkJob:
    for current in locked(BulkJob.objects.filter(pk=job.pk, status__in=allowed).select_related("organization")):
        return current
    raise NotAllowed("not_now", "This is not possible now: the job has moved on meanwhile.")


def _queue(job: BulkJob) -> BulkJob:
    waiting = job.rows.filter(state=BulkRowState.PENDING).count()
    for _ in range(-(-waiting // ROWS_A_TASK)):
        enqueue("customers.tasks.work_on_bulk", job.pk, inline=job.organization.sandbox)
    return job
