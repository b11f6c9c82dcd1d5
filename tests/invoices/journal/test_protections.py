"""Every named constraint and trigger of the journal, with an attempt to break it by SQL."""

import pytest
from django.db import Error, connection, transaction

from billing_site.kernel.ids import uuid7
from invoices.models import JournalEntry
from tests.support.builders import a_customer, an_organization
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db

LINE = "INSERT INTO invoices_journalline (entry_id, position, account, amount_cents, item_kind, item_code) VALUES "
ATTEMPTS = [
    ("journal_entry_balances", LINE + "(%(id)s, 8, 'cash', 1, '', '')"),
    ("journal_entry_balances", LINE + "(%(id)s, 8, 'cash', 1, '', ''), (%(other)s, 9, 'cash', -1, '', '')"),
    ("journal_line_has_entry", LINE + "(%(other)s, 8, 'cash', 1, '', ''), (%(other)s, 9, 'cash', -1, '', '')"),
    ("journal_line_amount_cents_not_0", LINE + "(%(id)s, 8, 'cash', 0, '', '')"),
    ("journal_line_account_known", LINE + "(%(id)s, 8, 'gold', 1, '', ''), (%(id)s, 9, 'gold', -1, '', '')"),
    ("journal_entry_document_known", "{copied} 'letter', gen_random_uuid(), event, occurrence {rest}"),
    ("journal_entry_event_known", "{copied} document, gen_random_uuid(), 'lost', occurrence {rest}"),
    ("journal_entry_once_per_event", "{copied} document, document_id, event, occurrence {rest}"),
    ("Cannot update or delete", "UPDATE invoices_journalentry SET date = date + 1"),
    ("Cannot update or delete", "DELETE FROM invoices_journalentry"),
    ("Cannot update or delete", "UPDATE invoices_journalline SET amount_cents = amount_cents * 2"),
    ("Cannot update or delete", "DELETE FROM invoices_journalline"),
    ("Cannot update or delete", "UPDATE invoices_journaltotal SET debit_cents = 0"),
    ("Cannot update or delete", "DELETE FROM invoices_journaltotal"),
    ("Cannot insert", "{total} account, plan_id, item_kind, item_code, debit_cents, credit_cents {totals}"),
]
COPIED = (
    "INSERT INTO invoices_journalentry (id, created_at, organization_id, billing_entity_id, customer_id, date,"
    " currency, document, document_id, event, occurrence)"
    " SELECT gen_random_uuid(), created_at, organization_id, billing_entity_id, customer_id, date, currency,"
)
TOTAL = (
    "INSERT INTO invoices_journaltotal (billing_entity_id, currency, date, account, plan_id, item_kind, item_code,"
    " debit_cents, credit_cents) SELECT billing_entity_id, currency, date,"
)


@pytest.mark.parametrize(("refusal", "attempt"), ATTEMPTS)
def test_the_database_refuses(refusal, attempt):
    an_invoice(a_customer(an_organization(), "acme", currency="EUR"))
    entry = JournalEntry.objects.get()
    statement = attempt.format(
        copied=COPIED, rest="FROM invoices_journalentry", total=TOTAL, totals="FROM invoices_journaltotal"
    )
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"id": entry.id, "other": uuid7()})
    cause = refused.value.__cause__
    assert refusal in (cause.diag.constraint_name or str(cause))
