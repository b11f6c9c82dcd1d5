"""What one subscription has otherwise than its plan: prices, names, taxes, units (S13, S14, F6)."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from billing_site.kernel.admin.display import url_of
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.refusals import refusals
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.errors import BillingError
from plans.admin.editor.context import editor_context
from plans.admin.editor.fixed_charge_cards import shown_units
from plans.admin.editor.form import COMMITMENT, EditorForm, initial_prices
from plans.admin.editor.preview import checked
from plans.admin.own_price_changes import OwnPriceChanges, price_changes
from plans.models import Subscription
from plans.queries import NOT_ENDED, last_units
from plans.services.subscription import change_subscription_prices

PERMISSION = "plans.change_subscription"


class OwnPricesForm(EditorForm):
    invoice_display_name = forms.CharField(label="Name on invoices", max_length=255, required=False)

    def prepare(self) -> None:
        super().prepare()
        self.fieldsets = (("Price", "", ("amount", "tax_codes", "invoice_display_name")), COMMITMENT)

    @property
    def currency(self) -> str:
        return str(self.instance.plan.amount_currency)


@page("plans/subscription/<uuid:subscription_id>/prices/", name="own_prices", permission=PERMISSION)
def own_prices(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    subscription = _subscription(request, subscription_id)
    form = _form(request, subscription)
    if request.method == "POST" and form.is_valid() and _save(request, form, subscription):
        messages.success(request, f"The prices of {subscription} are saved.")
        return HttpResponseRedirect(url_of(subscription))
    check_url = reverse("admin:own_prices_check", args=[subscription.pk])
    editor = editor_context(form, check_url=check_url, attached=True, complete=False)
    context = {
        "form": form,
        "can_save": True,
        "list_url": url_of(subscription),
        "editor": {**editor, "currency": form.currency},
    }
    return TemplateResponse(request, "admin/plan.html", frame(request, f"Prices of {subscription}", **context))


@page("plans/subscription/<uuid:subscription_id>/prices/check/", name="own_prices_check", permission=PERMISSION)
def own_prices_check(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    form = _form(request, _subscription(request, subscription_id))
    answer = checked(form)
    changes = price_changes(form) if form.is_valid() else OwnPriceChanges()
    return JsonResponse({**answer, "note": changes.sentence()})


def _subscription(request: HttpRequest, subscription_id: UUID) -> Subscription:
    organization = organization_of(request)
    found = Subscription.objects.filter(organization=organization, pk=subscription_id, status__in=NOT_ENDED)
    subscription = found.select_related("plan", "organization").first() if organization else None
    if subscription is None:
        raise Http404("No running subscription with this ID in the chosen organization.")
    return subscription


def _form(request: HttpRequest, subscription: Subscription) -> OwnPricesForm:
    plan = subscription.plan
    given = {**initial_prices(plan), "invoice_display_name": plan.invoice_display_name}
    originals = {str(each.pk): each.original_id for each in plan.fixed_charges.all()}
    units = last_units(subscription)
    for card in given["fixed_charges"]:
        said = units.get(originals[card["id"]])
        card["units"] = shown_units(said.units) if said else card["units"]
    data = request.POST if request.method == "POST" else None
    return OwnPricesForm(data, initial=given, organization=subscription.organization, instance=subscription)


def _save(request: HttpRequest, form: OwnPricesForm, subscription: Subscription) -> bool:
    changes = price_changes(form)
    try:
        with refusals():
            change_subscription_prices(
                subscription=subscription,
                at=organization_of(request).now(),
                overrides=changes.overrides,
                units=changes.units,
            )
    except BillingError as refusal:
        form.refuse(refusal)
        return False
    return True
