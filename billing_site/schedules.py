"""The table of periodic jobs. Written to django-q2's schedules whenever a worker starts."""

from dataclasses import dataclass

from django.db import connection, transaction
from django_q.models import Schedule

# Marks the rows that are ours; operators may add their own.
PREFIX = "meterbook."
CRON = Schedule.CRON


@dataclass(frozen=True)
class Job:
    """``cron`` in UTC. The scheduler looks every 30 seconds, and a job it missed runs once."""

    name: str
    func: str
    cron: str


JOBS = (
    Job("keep_alive", "billing_site.heartbeat.keep_alive", "* * * * *"),
    Job("roll_usage", "usage.tasks.roll", "* * * * *"),
    Job("check_events", "usage.tasks.check_events", "40 * * * *"),
    Job("deliver_webhooks", "customers.tasks.deliver_webhooks", "* * * * *"),
    Job("run_due_work", "invoices.tasks.run_due_work", "*/5 * * * *"),
    Job("follow_payments", "invoices.tasks.follow_payments", "25 * * * *"),
    Job("watch_usage", "invoices.tasks.watch_usage", "* * * * *"),
    Job("clean_up", "billing_site.cleanup.clean_up", "30 3 * * *"),
)


@transaction.atomic
def sync_schedules(jobs: tuple[Job, ...] = JOBS) -> None:
    """Make the stored schedules equal to ``jobs``. An unchanged one keeps its next run."""
    lock_schedules()
    wanted = {PREFIX + job.name: job for job in jobs}
    stored = Schedule.objects.filter(name__startswith=PREFIX)
    kept = {schedule.name for schedule in stored if is_up_to_date(schedule, wanted.get(schedule.name))}
    stored.exclude(name__in=kept).delete()
    Schedule.objects.bulk_create([schedule_of(name, job) for name, job in wanted.items() if name not in kept])


def lock_schedules() -> None:
    """No constraint keeps two workers that start at once from inserting the same schedule."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Schedule._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def is_up_to_date(schedule: Schedule, job: Job | None) -> bool:
    return job is not None and (schedule.func, schedule.cron, schedule.schedule_type) == (job.func, job.cron, CRON)


def schedule_of(name: str, job: Job) -> Schedule:
    schedule = Schedule(name=name, func=job.func, cron=job.cron, schedule_type=CRON, repeats=-1)
    schedule.next_run = schedule.calculate_next_run()
    return schedule
