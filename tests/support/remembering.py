"""A worker that adds up what pages have asked for."""

from django_q.models import OrmQ

from billing_site.kernel.remembered import FIND, find


def add_up() -> int:
    """Do the tasks that are queued for it; how many there were."""
    asked = [queued.task for queued in OrmQ.objects.all() if queued.task["func"] == FIND]
    for task in asked:
        find(*task["args"])
    return len(asked)
