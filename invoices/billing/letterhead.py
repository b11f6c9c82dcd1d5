"""Who issues and gets the invoices of a batch, and the texts on them, as they are now: issued invoices keep them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from billing_site.kernel.copy import Columns, PlainJsonb
from billing_site.kernel.ids import uuid7
from customers.models import BillingEntity, Customer, InvoiceCustomSection
from invoices.billing.drafts import InvoiceDraft

_ADDRESS = ("address_line1", "address_line2", "city", "state", "zipcode", "country")
_IDENTITY = ("name", "legal_name", "legal_number", "tax_identification_number", "email", "phone", *_ADDRESS)
_OF_CUSTOMER = (*_IDENTITY, "firstname", "lastname", "external_id")
_OF_ISSUER = (*_IDENTITY, "code", "logo_url", "invoice_footer", "iban", "bic")
_customer_values, _issuer_values = attrgetter(*_OF_CUSTOMER), attrgetter(*_OF_ISSUER)

Sections = Sequence[InvoiceCustomSection]


@dataclass(frozen=True, slots=True)
class Letterheads:
    """``issuers`` are their snapshots as a column; sections by customer and by issuer, in the order of their names."""

    issuers: Mapping[UUID, Columns]
    of_customers: Mapping[UUID, Sections]
    of_issuers: Mapping[UUID, Sections]

    def custom_sections(self, draft: InvoiceDraft, at: datetime) -> list[dict[str, str]]:
        own, issuers = self.of_customers.get(draft.customer.id, ()), self.of_issuers.get(draft.issuer.id, ())
        if not own and not issuers:
            return []
        return [_section(each, at) for each in draft.customer.applicable_custom_sections(own, issuers)]


def load_letterheads(drafts: Sequence[InvoiceDraft]) -> Letterheads:
    """Of all customers and issuers at once, in two queries."""
    issuers = {draft.issuer.id: draft.issuer for draft in drafts}
    return Letterheads(
        issuers={key: Columns((PlainJsonb(issuer_snapshot(issuer)),)) for key, issuer in issuers.items()},
        of_customers=_sections_of(Customer, "customer_id", [draft.customer.id for draft in drafts]),
        of_issuers=_sections_of(BillingEntity, "billingentity_id", issuers),
    )


def customer_snapshot(customer: Customer) -> dict[str, Any]:
    """Who was billed, and why with this tax, as it was then: an issued invoice does not follow later changes."""
    snapshot: dict[str, Any] = dict(zip(_OF_CUSTOMER, _customer_values(customer), strict=True))
    snapshot["locale"], snapshot["vat"] = customer.applicable_document_locale, customer.vat_evidence
    return snapshot


def issuer_snapshot(issuer: BillingEntity) -> dict[str, str]:
    return dict(zip(_OF_ISSUER, _issuer_values(issuer), strict=True))


def _sections_of(owner: type[Customer | BillingEntity], key: str, ids: Iterable[UUID]) -> Mapping[UUID, Sections]:
    living = owner.invoice_custom_sections.through._default_manager.filter(
        **{f"{key}__in": list(ids)}, invoicecustomsection__deleted_at__isnull=True
    )
    found: dict[UUID, list[InvoiceCustomSection]] = defaultdict(list)
    ordered = living.order_by("invoicecustomsection__name", "invoicecustomsection__code")
    for row in ordered.select_related("invoicecustomsection"):
        found[getattr(row, key)].append(row.invoicecustomsection)
    return found


def _section(section: InvoiceCustomSection, at: datetime) -> dict[str, str]:
    return {
        "lago_id": str(uuid7()),
        "code": section.code,
        "display_name": section.display_name,
        "details": section.details,
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
