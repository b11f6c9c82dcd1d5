"""Bills tonight: what is due on a day against the last cycle, the largest change first, with what is unusual."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing_site.kernel.admin.display import NOTHING, badge, day, link, money, units
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.paging import choice_links
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from customers.models import Organization
from invoices.services.bills_to_come import AT_ONCE, BillsToCome, BillToCome, Unusual, bills_to_come
from plans.queries import active_subscriptions

PERMISSION = "invoices.view_billingrun"
ONE_DAY = timedelta(days=1)
LAST_PART = 20
SUBSCRIPTIONS_SHOWN = 3
SHOWN = (("all", "All"), ("unusual", "Unusual"), *((each.name.lower(), each.value.capitalize()) for each in Unusual))
LOUD = {Unusual.HELD: "pending", Unusual.SET_ASIDE: "failed", Unusual.FAILS: "failed", Unusual.FIRST: "draft"}


@page("bills-tonight/", name="bills_tonight", permission=PERMISSION)
def bills_tonight(request: HttpRequest) -> HttpResponse:
    """The day on which something is due next, today if something is overdue."""
    organization = organization_of(request)
    if organization is None:
        return HttpResponseRedirect(reverse("admin:index"))
    found = active_subscriptions(organization).order_by("next_billing_at").values_list("next_billing_at", flat=True)
    today = organization.now().date()
    due_at = found.first()
    return bills_of(request, organization, max(due_at.date(), today) if due_at else today)


@page("bills/<slug:on>/", name="bills_of_day", permission=PERMISSION)
def bills_of_day(request: HttpRequest, on: str) -> HttpResponse:
    organization = organization_of(request)
    if organization is None:
        raise Http404("There is no organization.")
    return bills_of(request, organization, day_named(on))


def bills_of(request: HttpRequest, organization: Organization, on: date) -> HttpResponse:
    part = _part(request)
    found = bills_on(organization, on, part)
    context = {
        "facts": _facts(found, on),
        "heading": "Due, the largest change first",
        "note": "From today's usage, in the amounts before discounts and taxes; days are UTC's.",
        "choices": choice_links(request, "show", SHOWN),
        "table": _table([bill for bill in found.bills if _is_shown(bill, request.GET.get("show", "all"))]),
        "parts": _parts(request, found),
    }
    return TemplateResponse(request, "admin/bills.html", frame(request, f"Bills of {day(on)}", **context))


def bills_on(organization: Organization, on: date, part: int) -> BillsToCome:
    """Of today also what is overdue."""
    start = datetime.combine(on, time(), UTC)
    since = None if on <= organization.now().date() else start
    return bills_to_come(organization=organization, start=since, end=start + ONE_DAY, part=part)


def day_named(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404(f"{text} is no day.") from None


def _part(request: HttpRequest) -> int:
    asked = request.GET.get("part", "")
    return min(max(int(asked), 1), LAST_PART) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1


def _parts(request: HttpRequest, found: BillsToCome) -> list[dict[str, Any]]:
    """A day has as many parts as it needs; each is computed and sorted for itself."""
    last = min(found.part + 1, LAST_PART) if found.has_more else found.part
    if last == 1:
        return []
    query = request.GET.copy()
    links = []
    for number in range(1, last + 1):
        query["part"] = str(number)
        links.append({"title": f"Part {number}", "url": f"?{query.urlencode()}", "active": number == found.part})
    return links


def _facts(found: BillsToCome, on: date) -> list[tuple[str, Any]]:
    count = f"{units(len(found.bills))} and more, {AT_ONCE} subscriptions at a time" if found.has_more else ""
    held = sum(Unusual.HELD in bill.unusual for bill in found.bills)
    return [
        ("Due", day(on)),
        ("Customers", count or units(len(found.bills))),
        ("Unusual", units(sum(bool(bill.unusual) for bill in found.bills))),
        ("Held, so passed by", units(held)),
        ("To be paid, about", ", ".join(money(cents, currency) for currency, cents in sorted(found.totals.items()))),
    ]


def _is_shown(bill: BillToCome, shown: str) -> bool:
    if shown == "unusual":
        return bool(bill.unusual)
    return shown.upper() not in Unusual.__members__ or Unusual[shown.upper()] in bill.unusual


def _table(bills: list[BillToCome]) -> Table:
    return Table(
        columns=("Customer", "Subscriptions", "Last cycle", "This one", "Change", "To be paid", "Unusual"),
        rows=[
            (
                link(bill.customer),
                _subscriptions(bill),
                NOTHING if bill.last_fees_cents is None else money(bill.last_fees_cents, bill.currency),
                NOTHING if bill.reason else money(bill.fees_cents, bill.currency),
                _change(bill),
                NOTHING if bill.reason else money(bill.total_cents, bill.currency),
                _why(bill),
            )
            for bill in bills
        ],
        numbers={"Last cycle", "This one", "Change", "To be paid"},
        empty="Nothing of this kind is due that day.",
    )


def _subscriptions(bill: BillToCome) -> SafeString:
    shown = [(link(each),) for each in bill.subscriptions[:SUBSCRIPTIONS_SHOWN]]
    more = len(bill.subscriptions) - len(shown)
    return format_html("{}{}", format_html_join(", ", "{}", shown), f" and {more} more" if more else "")


def _why(bill: BillToCome) -> SafeString:
    flags = ((badge(LOUD.get(each, "pending"), each.value),) for each in bill.unusual)
    return format_html("{} {}", format_html_join(" ", "{}", flags), bill.reason)


def _change(bill: BillToCome) -> str:
    percent = bill.change_percent
    return NOTHING if percent is None or bill.reason else f"{percent.normalize():+f} %"
