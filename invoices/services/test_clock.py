"""The test clock of a sandbox: time passes as fast as one likes, and nothing that falls due is skipped."""

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.errors import Forbidden, ValidationFailed
from billing_site.kernel.locks import session_lock
from customers.models import Organization
from invoices.services.due_work import Done, look_at_new_usage, next_work_at, run_due_work


@dataclass(frozen=True, slots=True)
class ClockMove:
    now: datetime
    done: Done


def advance_test_clock(*, organization: Organization, to: datetime) -> ClockMove:
    """Move the clock forward to ``to`` and run everything due up to then, in the order of time.

    The first call may set any instant. Raises ``Forbidden`` for a live organization and ``ValidationFailed`` for a move
    back. Each step is committed on its own: a call that was cut short is taken up by the next one.
    """
    if not organization.sandbox:
        raise Forbidden("not_a_sandbox")
    done = Done()
    with session_lock("test_clock", organization.id):
        organization.refresh_from_db()
        start = organization.test_clock_at
        if start is not None and to < start:
            raise ValidationFailed(now=["value_is_out_of_range"])
        # What came in under the old time is looked at before that passes on, as a worker would within the minute.
        if start is not None:
            done.add(look_at_new_usage(organization=organization, at=start))
        instant = next_work_at(organization, after=start) if start is not None else None
        while instant is not None and instant < to:
            done.add(_work_at(organization, instant))
            instant = next_work_at(organization, after=instant)
        done.add(_work_at(organization, to))
    return ClockMove(to, done)


def _work_at(organization: Organization, instant: datetime) -> Done:
    organization.test_clock_at = instant
    organization.save(update_fields=["test_clock_at"])
    return run_due_work(organization=organization, at=instant)
