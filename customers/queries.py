"""Everything that is read of customers: scoped to one organization, loaded for a whole page or batch at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import (
    BillingEntity,
    Customer,
    InvoiceCustomSection,
    Organization,
    Tax,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
)

SEARCHED_COLUMNS = ("name", "firstname", "lastname", "legal_name", "external_id", "email")


def taxes_of(organization: Organization) -> QuerySet[Tax]:
    return organization.taxes.filter(deleted_at__isnull=True).prefetch_related("billing_entities")


def living_taxes(relation: str = "taxes") -> Prefetch:
    return Prefetch(relation, Tax.objects.filter(deleted_at__isnull=True).prefetch_related("billing_entities"))


def sections_of(organization: Organization) -> QuerySet[InvoiceCustomSection]:
    """With all that the wire shows, by name."""
    living = organization.invoice_custom_sections.filter(deleted_at__isnull=True)
    return living.prefetch_related("billing_entities").order_by("name", "code")


def living_sections(relation: str = "invoice_custom_sections") -> Prefetch:
    living = InvoiceCustomSection.objects.filter(deleted_at__isnull=True)
    return Prefetch(relation, living.prefetch_related("billing_entities").order_by("name", "code"))


def sections_with_codes(organization: Organization, codes: Iterable[str]) -> list[InvoiceCustomSection]:
    """The sections of these codes, each once. Raises ``NotFound("invoice_custom_section")`` when one is missing."""
    wanted = set(codes)
    found = list(sections_of(organization).filter(code__in=wanted))
    if len(found) < len(wanted):
        raise NotFound("invoice_custom_section")
    return found


def of_customer_for_wire(path: str = "") -> tuple[Prefetch, ...]:
    """What the wire shows of customers besides their billing entity; ``path`` leads to them: ``"customer__"``."""
    return (
        living_taxes(f"{path}taxes"),
        living_sections(f"{path}invoice_custom_sections"),
        living_sections(f"{path}billing_entity__invoice_custom_sections"),
    )


def taxes_with_codes(organization: Organization, codes: Iterable[str]) -> list[Tax]:
    """The taxes of these codes, each once. Raises ``NotFound("tax")`` when one is missing."""
    wanted = set(codes)
    found = list(taxes_of(organization).filter(code__in=wanted))
    if len(found) < len(wanted):
        raise NotFound("tax")
    return found


def customers_of(organization: Organization) -> QuerySet[Customer]:
    """With everything that the wire shows of them."""
    alive = organization.customers.filter(deleted_at__isnull=True)
    return alive.select_related("billing_entity").prefetch_related(*of_customer_for_wire())


def billing_entities_of(organization: Organization) -> QuerySet[BillingEntity]:
    loaded = organization.billing_entities.select_related("organization")
    return loaded.prefetch_related(living_taxes(), living_sections())


def billing_entity_by_code(organization: Organization, code: str) -> BillingEntity:
    """Raises ``NotFound``: ``billing_entity_not_found``."""
    found = organization.billing_entities.filter(code=code).first()
    if found is None:
        raise NotFound("billing_entity")
    return found


def default_billing_entity(organization: Organization) -> BillingEntity:
    return billing_entities_of(organization).get(is_default=True)


def matching_search(customers: QuerySet[Customer], term: str) -> QuerySet[Customer]:
    """Customers with the term in a name, an id or an e-mail address. Each column has a trigram index."""
    wanted = Q()
    for column in SEARCHED_COLUMNS:
        wanted |= Q(**{f"{column}__icontains": term})
    return customers.filter(wanted)


def with_metadata(customers: QuerySet[Customer], pairs: Mapping[str, str]) -> QuerySet[Customer]:
    """Customers that have all of these pairs; an empty value asks for those without the key."""
    for key, value in pairs.items():
        if value:
            customers = customers.filter(metadata__contains=[{"key": key, "value": value}])
        else:
            customers = customers.exclude(metadata__contains=[{"key": key}])
    return customers


def applicable_taxes(customers: Iterable[Customer]) -> dict[UUID, list[Tax]]:
    """By customer id, the taxes of the customer, else of the billing entity (feature 1.10-T2, last two levels).

    Two statements for any number of customers. Taxes come in the order of their codes.
    """
    batch = list(customers)
    own = _taxes_by_owner(Customer.taxes.through, "customer_id", {customer.id for customer in batch})
    of_entities = _taxes_by_owner(
        BillingEntity.taxes.through, "billingentity_id", {customer.billing_entity_id for customer in batch}
    )
    return {customer.id: own.get(customer.id) or of_entities.get(customer.billing_entity_id, []) for customer in batch}


def _taxes_by_owner(through: type, owner: str, ids: set[UUID]) -> dict[UUID, list[Tax]]:
    links = through.objects.filter(**{f"{owner}__in": ids}, tax__deleted_at__isnull=True)  # type: ignore[attr-defined]
    taxes: dict[UUID, list[Tax]] = defaultdict(list)
    for link in links.select_related("tax").order_by("tax__code"):
        taxes[getattr(link, owner)].append(link.tax)
    return dict(taxes)


def webhook_messages_of(organization: Organization) -> QuerySet[WebhookMessage]:
    """Oldest first, with how their deliveries are going."""
    return organization.webhook_messages.order_by("id").prefetch_related("deliveries")


def deliveries_of(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """Newest first."""
    return endpoint.deliveries.select_related("message").order_by("-id")
