"""Books closed and opened again: on the billing entity's page, listed here."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, day, instant, link, units
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from customers.admin.billing_entity import BillingEntityAdmin
from customers.models import BillingEntity
from invoices.models import BookClosing, Invoice, InvoiceStatus, JournalEntry
from invoices.services.books import close_books, last_closable_day, reopen_books

MONTHS_OFFERED = 12
ALL_OPEN = "open"


class CloseForm(CommandForm):
    """``instance`` is the billing entity; each month says what closing up to its end means."""

    until = forms.ChoiceField(label="Up to and with")

    def prepare(self) -> None:
        self.fields["until"].choices = [  # type: ignore[attr-defined]
            (last.isoformat(), f"{day(last)}: {self._consequence(last)}") for last in closable(self.instance)
        ]

    def _consequence(self, last: date) -> str:
        after = self.instance.books_closed_until or date.min
        entries = JournalEntry.objects.filter(billing_entity=self.instance, date__gt=after, date__lte=last).count()
        drafts = Invoice.objects.filter(
            billing_entity=self.instance, status=InvoiceStatus.DRAFT, issuing_date__lte=last
        ).count()
        later = f"; {units(drafts)} drafts dated until then are issued later" if drafts else ""
        return f"{units(entries)} entries become final{later}"


class ReopenForm(CommandForm):
    until = forms.ChoiceField(label="Closed from now on")
    reason = forms.CharField(max_length=500, help_text="An auditor will read it.")

    def prepare(self) -> None:
        ends = [
            last for last in month_ends(self.instance.books_closed_until) if last < self.instance.books_closed_until
        ]
        offered = [(last.isoformat(), f"only until {day(last)}") for last in ends[:MONTHS_OFFERED]]
        self.fields["until"].choices = [*offered, (ALL_OPEN, "nothing")]  # type: ignore[attr-defined]


def month_ends(until: date) -> list[date]:
    """The last days of months up to ``until``, the latest first."""
    ends, last = [], until if (until + timedelta(days=1)).day == 1 else until.replace(day=1) - timedelta(days=1)
    for _ in range(MONTHS_OFFERED + 1):
        ends.append(last)
        last = last.replace(day=1) - timedelta(days=1)
    return ends


def closable(entity: BillingEntity) -> list[date]:
    ends = month_ends(last_closable_day(entity.organization.now()))[:MONTHS_OFFERED]
    return [last for last in ends if entity.books_closed_until is None or last > entity.books_closed_until]


def close(request: HttpRequest, entity: BillingEntity, values: dict[str, Any]) -> str:
    until = date.fromisoformat(values["until"])
    close_books(billing_entity=entity, until=until, decided_by=request.user.get_username(), at=_now(request))
    return f"The books of {entity} are closed until {day(until)}."


def reopen(request: HttpRequest, entity: BillingEntity, values: dict[str, Any]) -> str:
    until = None if values["until"] == ALL_OPEN else date.fromisoformat(values["until"])
    by = request.user.get_username()
    reopen_books(billing_entity=entity, until=until, reason=values["reason"], decided_by=by, at=_now(request))
    return f"The books of {entity} are open {f'after {day(until)}' if until else 'again'}."


def _now(request: HttpRequest) -> Any:
    return organization_of(request).now()


def closed_now(request: HttpRequest, entity: BillingEntity) -> str:
    state = f"closed until {day(entity.books_closed_until)}" if entity.books_closed_until else "open"
    return (
        f"The books are {state}. Nothing will be issued, credited or recorded as paid on a closed day: runs date such"
        " invoices on the first open day, and payments dated before are refused."
    )


def reopened(request: HttpRequest, entity: BillingEntity) -> str:
    return f"The books are closed until {day(entity.books_closed_until)}. What was reported of opened days may change."


BillingEntityAdmin.buttons = (
    *BillingEntityAdmin.buttons,
    Button(
        name="close_books",
        label="Close books",
        command=close,
        form=CloseForm,
        confirm=closed_now,
        allowed=lambda entity: bool(closable(entity)),
        icon="lock_clock",
    ),
    Button(
        name="reopen_books",
        label="Reopen books",
        command=reopen,
        form=ReopenForm,
        confirm=reopened,
        allowed=lambda entity: entity.books_closed_until is not None,
        icon="lock_open",
    ),
)


@admin.register(BookClosing)
class BookClosingAdmin(ConsoleAdmin):
    list_display = ["entity", "state", "until", "decided_by", "when", "reason"]
    list_display_links = ["entity"]
    list_select_related = ["billing_entity"]
    empty_text = "No books were closed yet. Close them on the page of a billing entity, under Settings."

    @display(description="Billing entity")
    def entity(self, closing: BookClosing) -> str:
        return closing.billing_entity.name

    @display(description="State")
    def state(self, closing: BookClosing) -> str:
        return badge("done", "closed") if closing.is_closing else badge("pending", "reopened")

    @display(description="Closed until")
    def until(self, closing: BookClosing) -> str:
        return day(closing.closed_until)

    @display(description="When (UTC)")
    def when(self, closing: BookClosing) -> str:
        return instant(closing.created_at)

    def page_context(self, request: HttpRequest, row: BookClosing) -> dict[str, Any]:
        facts = [
            ("Billing entity", link(row.billing_entity)),
            ("State", self.state(row)),
            ("Closed before until", day(row.closed_before)),
            ("Closed until", day(row.closed_until)),
            ("By", row.decided_by),
            ("When (UTC)", instant(row.created_at)),
            ("Why", row.reason),
        ]
        return {"facts": [fact for fact in facts if fact[1]]}
