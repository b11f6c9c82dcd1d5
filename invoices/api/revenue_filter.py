"""Which months of revenue a call asks for, from its query parameters."""

from datetime import date

import django_filters

from billing_site.kernel.api.filters import ListFilterSet
from customers.models import Organization
from invoices.models import Invoice
from invoices.queries.analytics import Revenue, months_before

MONTHS = 12
MOST_MONTHS = 120


class RevenueFilters(ListFilterSet):
    """The last ``months`` with the current one, 12 unless given."""

    months = django_filters.NumberFilter(min_value=1, max_value=MOST_MONTHS)
    currency = django_filters.CharFilter()
    external_customer_id = django_filters.CharFilter()
    billing_entity_code = django_filters.CharFilter()

    class Meta:
        model = Invoice
        fields: list[str] = []

    def revenue(self, organization: Organization, today: date) -> Revenue:
        """Raises ``ValidationFailed``."""
        self.refuse_wrong_values()
        given, this_month = self.form.cleaned_data, today.replace(day=1)
        return Revenue(
            organization=organization,
            first=months_before(this_month, int(given["months"] or MONTHS) - 1),
            last=this_month,
            currency=given["currency"].upper(),
            external_customer_id=given["external_customer_id"],
            billing_entity_code=given["billing_entity_code"],
        )
