"""Credit notes on the wire, field by field."""

import pytest
from lago_python_client.models.credit_note import CreditNoteEstimatedResponse, CreditNoteResponse

from invoices.billing.credit_notes.requested import AskedItem, estimated
from invoices.models import CreditNote
from invoices.queries import credit_notes_for_wire
from invoices.services.credit_note import create_credit_note
from invoices.settlement import Split
from invoices.wire.credit_note import credit_note_wire
from invoices.wire.credit_note_estimate import credit_note_estimate_wire
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.golden import assert_golden
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice():
    organization = an_organization(at=instant("2024-01-15T10:00:00Z"))
    a_tax(organization, applied_to_organization=True)
    return an_invoice(a_customer(organization, "acme", name="Acme"), 10000)


def test_a_credit_note(invoice):
    items = [AskedItem(invoice.fees.get().id, 5000)]
    note = create_credit_note(invoice=invoice, items=items, split=Split(6000), at=invoice.created_at)
    shown = credit_note_wire(credit_notes_for_wire(CreditNote.objects.filter(id=note.id)).get())
    assert set(CreditNoteResponse.__fields__) <= set(shown)
    CreditNoteResponse.parse_obj(shown)
    # Of the customer and the fee their own golden files and tests tell; numbers and signed links differ each time.
    own = {name: value for name, value in shown.items() if name not in ("customer", "file_url")}
    own |= {"number": "<number>", "invoice_number": "<number>"}
    own["items"] = [{**item, "fee": item["fee"]["lago_id"]} for item in shown["items"]]
    assert_golden("credit_note", own)


def test_an_estimate(invoice):
    shown = credit_note_estimate_wire(estimated(invoice, [AskedItem(invoice.fees.get().id, 5000)]))
    assert set(CreditNoteEstimatedResponse.__fields__) <= set(shown)
    CreditNoteEstimatedResponse.parse_obj(shown)
    assert_golden("credit_note_estimate", {**shown, "invoice_number": "<number>"})
