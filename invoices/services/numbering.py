"""How the numbers of invoices go on when an issuer numbers them in another way."""

from customers.models import BillingEntity, DocumentNumbering
from invoices.billing.numbering import continue_shared_counter


def continue_numbering(*, billing_entity: BillingEntity) -> None:
    """A counter that customers share begins after everything issued so far; those of customers count all along."""
    if billing_entity.document_numbering == DocumentNumbering.PER_BILLING_ENTITY:
        continue_shared_counter(billing_entity)
