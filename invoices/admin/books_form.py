"""Whose books, in which currency and over which days: what the pages on accounts are asked with."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms

from billing_site.kernel.admin.forms import CommandForm
from customers.models import BillingEntity, Organization
from invoices.queries.journal import Period, currencies_of_books


class BooksForm(CommandForm):
    billing_entity = forms.ModelChoiceField(BillingEntity.objects.none(), empty_label=None)
    currency = forms.CharField(max_length=3)
    first = forms.DateField(label="From", widget=forms.DateInput)
    last = forms.DateField(label="To", widget=forms.DateInput)

    def prepare(self) -> None:
        own = BillingEntity.objects.filter(organization=self.organization)
        self.fields["billing_entity"].queryset = own  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            raise forms.ValidationError("The last day comes before the first.")
        return values


def asked_books(organization: Organization, given: dict[str, Any]) -> BooksForm:
    """What is not asked for: the default billing entity, its most usual currency, this month so far."""
    chosen = {name: value for name, value in given.items() if value}
    entity = BillingEntity.objects.filter(organization=organization, is_default=True).first()
    today = organization.now().date()
    usual: dict[str, Any] = {
        "billing_entity": entity.pk if entity else "",
        "first": today.replace(day=1),
        "last": today,
        **chosen,
    }
    if "currency" not in chosen:
        asked_of = BooksForm(usual | {"currency": "-"}, organization=organization)
        usual["currency"] = usual_currency(asked_of.cleaned_data["billing_entity"]) if asked_of.is_valid() else ""
    return BooksForm(usual, organization=organization)


def usual_currency(entity: BillingEntity) -> str:
    kept = currencies_of_books(entity)
    return entity.default_currency if entity.default_currency in kept or not kept else kept[0]


def period_of(form: BooksForm) -> Period:
    return Period(**{name: form.cleaned_data[name] for name in ("billing_entity", "currency", "first", "last")})


def query_of(period: Period, **more: Any) -> str:
    own = {"billing_entity": period.billing_entity.pk, "currency": period.currency}
    return urlencode({**own, "first": period.first, "last": period.last, **more})


def months(today: date, count: int = 3) -> Sequence[tuple[str, date, date]]:
    """This month and those before it."""
    found, last = [], today
    for _ in range(count):
        first = last.replace(day=1)
        found.append((f"{first:%B %Y}", first, month_end(first)))
        last = first - timedelta(days=1)
    return found


def month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
