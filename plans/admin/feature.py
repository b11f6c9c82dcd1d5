"""Features in the console, with the plans that entitle to them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import link
from billing_site.kernel.admin.scope import organization_of
from plans.models import Entitlement, Feature, Privilege
from plans.services.feature import delete_feature

PLANS_SHOWN = 50


def delete(request: HttpRequest, feature: Feature, values: dict[str, Any]) -> HttpResponse:
    delete_feature(feature=feature, at=organization_of(request).now())
    return go(request, reverse("admin:plans_feature_changelist"))


@admin.register(Feature)
class FeatureAdmin(ConsoleAdmin):
    list_display = ["named", "code", "plans_count", "description"]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No features yet. The API adds them; plans and subscriptions entitle to them."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="Nobody is entitled to it any more.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feature]:
        return super().get_queryset(request).annotate(plans_entitled=Count("entitlements__plan", distinct=True))

    @display(description="Feature")
    def named(self, feature: Feature) -> str:
        return str(feature)

    @display(description="Plans")
    def plans_count(self, feature: Any) -> int:
        return int(feature.plans_entitled)

    def page_context(self, request: HttpRequest, row: Feature) -> dict[str, Any]:
        entitled = Entitlement.objects.filter(feature=row, plan__deleted_at__isnull=True, plan__isnull=False)
        plans = [each.plan for each in entitled.select_related("plan")[:PLANS_SHOWN] if each.plan is not None]
        privileges = [(str(each), _kind(each)) for each in row.privileges.all()]
        facts = [("Code", row.code), ("Description", row.description)]
        return {"facts": [*facts, *privileges, *(("Plan", link(plan, plan.name)) for plan in plans)]}


def _kind(privilege: Privilege) -> str:
    return " or ".join(privilege.select_options) or privilege.value_type
