from pydoc import locate

import pytest
from django_q.models import Schedule

from billing_site.schedules import JOBS, Job, sync_schedules

pytestmark = pytest.mark.django_db

HOURLY = Job("report", "reports.send", "0 * * * *")


def stored() -> dict[str, tuple[str, str]]:
    return {row.name: (row.func, row.cron) for row in Schedule.objects.all()}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_names_a_function(job: Job) -> None:
    assert callable(locate(job.func))


def test_the_table_becomes_schedules() -> None:
    sync_schedules((HOURLY,))
    assert stored() == {"meterbook.report": ("reports.send", "0 * * * *")}


def test_a_second_sync_changes_nothing() -> None:
    sync_schedules((HOURLY,))
    before = Schedule.objects.values().get()
    sync_schedules((HOURLY,))
    assert Schedule.objects.values().get() == before


def test_a_changed_job_replaces_its_schedule() -> None:
    sync_schedules((HOURLY,))
    sync_schedules((Job("report", "reports.send", "30 * * * *"),))
    assert stored() == {"meterbook.report": ("reports.send", "30 * * * *")}


def test_a_job_taken_off_the_table_loses_its_schedule_and_an_operators_own_stays() -> None:
    Schedule.objects.create(name="mine", func="own.task", schedule_type=Schedule.DAILY)
    sync_schedules((HOURLY,))
    sync_schedules(())
    assert list(stored()) == ["mine"]
