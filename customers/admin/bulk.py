"""Commands on the rows that are ticked in a list: a job of them is made, tried out first, and done when agreed to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from billing_site.kernel.admin.chosen_rows import RowAction
from billing_site.kernel.admin.display import url_of
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.sentences import explained
from billing_site.kernel.bulk import BulkCommand
from billing_site.kernel.errors import BillingError
from customers.models import BulkJob
from customers.services.bulk_job import MOST_ROWS, ask_for_bulk, try_bulk

MAY_DO_MANY = "customers.change_bulkjob"


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """How a command is offered: the sentence above its ``form``, and who may. ``stored`` makes JSON of its values."""

    command: BulkCommand
    permission: str
    question: str = ""
    form: type[CommandForm] | None = None
    stored: Callable[[dict[str, Any]], dict[str, Any]] = dict


ACTIONS: dict[str, BulkAction] = {}


def bulk_action(action: BulkAction) -> RowAction:
    """For the ``row_actions`` of an admin: ``row_actions = (bulk_action(BulkAction(command=…, permission=…)),)``."""
    ACTIONS[action.command.name] = action

    def start(request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
        try:
            return start_job(request, action, chosen)
        except BillingError as refusal:
            messages.error(request, explained(refusal))
            return HttpResponseRedirect(request.get_full_path())

    return RowAction(
        name=action.command.name,
        label=f"{action.command.label}…",
        permissions=(action.permission, MAY_DO_MANY),
        start=start,
    )


def action_of(request: HttpRequest, job: BulkJob) -> BulkAction:
    """Raises ``PermissionDenied`` where the operator may not do to one row what the job does to many."""
    action = ACTIONS[job.command]
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    return action


def start_job(request: HttpRequest, action: BulkAction, chosen: QuerySet[Any]) -> HttpResponse:
    """Make a job of the rows and lead to its options, or, where it has none, to what trying it out shows."""
    if not request.user.has_perms((action.permission, MAY_DO_MANY)):
        raise PermissionDenied
    organization = organization_of(request)
    rows = list(chosen[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        messages.error(request, f"At most {MOST_ROWS:,} at once: search or filter first.")
        return HttpResponseRedirect(request.get_full_path())
    at = organization.now()
    job = ask_for_bulk(
        organization=organization, bulk=action.command, rows=rows, at=at, asked_by=request.user.get_username()
    )
    if action.form is not None:
        return HttpResponseRedirect(reverse("admin:customers_bulkjob_do_one", args=[job.pk, "try"]))
    try_bulk(job=job, values={}, at=at)
    return HttpResponseRedirect(url_of(job))
