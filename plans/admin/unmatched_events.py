"""Events that nothing bills, in the console. Here, because usage does not know subscriptions."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from billing_site.kernel.admin.display import units
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from plans.models import Subscription
from usage.queries.unmatched import Unmatched, unmatched_events


@page("usage/unmatched/", name="unmatched_events", permission="usage.view_usageevent")
def unmatched(request: HttpRequest) -> HttpResponse:
    organization = organization_of(request)
    external_ids = Subscription.objects.filter(organization=organization).values_list("external_id")
    found = unmatched_events(organization.pk, external_ids) if organization else []
    table = Table(
        columns=("Subscription", "Metric", "Events", "Why"),
        rows=[_line(kind) for kind in found],
        numbers={"Events"},
        empty="Every event has its subscription and its metric.",
    )
    context = {
        "table": table,
        "heading": "The largest kinds first",
        "note": "They are billed as soon as the missing piece exists.",
    }
    return TemplateResponse(request, "admin/table_page.html", frame(request, "Unmatched events", **context))


def _line(kind: Unmatched) -> tuple[object, ...]:
    url = f"{reverse('admin:events')}?external_subscription_id={kind.external_subscription_id}&code={kind.code}"
    count = format_html('<a class="mb-link" href="{}">{}</a>', url, units(kind.events_count))
    return kind.external_subscription_id, kind.code, count, kind.reason
