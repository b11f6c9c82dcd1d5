"""Filters of the lists of customers and webhook messages."""

import django_filters
from django.db.models import QuerySet

from billing_site.kernel.api.filters import ArrayFilter, ListFilterSet, MappingFilter
from customers.models import AccountType, Customer, CustomerType
from customers.queries import matching_search, with_metadata


class CustomerFilters(ListFilterSet):
    search_term = django_filters.CharFilter(method="search")
    account_type = ArrayFilter(choices=AccountType)
    customer_type = ArrayFilter(choices=CustomerType)
    has_customer_type = django_filters.BooleanFilter("customer_type", lookup_expr="isnull", exclude=True)
    has_tax_identification_number = django_filters.BooleanFilter(
        "tax_identification_number", lookup_expr="exact", method="having_tax_number"
    )
    billing_entity_codes = ArrayFilter("billing_entity__code")
    countries = ArrayFilter("country")
    states = ArrayFilter("state")
    zipcodes = ArrayFilter("zipcode")
    currencies = ArrayFilter("currency")
    metadata = MappingFilter(method="having_metadata")

    def search(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return matching_search(rows, value)

    def having_tax_number(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        return rows.exclude(**{name: ""}) if value else rows.filter(**{name: ""})

    def having_metadata(self, rows: QuerySet[Customer], name: str, value: dict[str, str]) -> QuerySet[Customer]:
        return with_metadata(rows, value)


class WebhookMessageFilters(ListFilterSet):
    webhook_type = ArrayFilter()
