"""Drafts that are deleted, disputes that are lost, invoices that are to be made again."""

import pytest

from invoices.models import Invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-03-10"))


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def test_a_deleted_draft_is_gone_and_its_period_is_not_billed_again(organization, api):
    a_customer(organization, "graceful", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="graceful")
    (draft,) = bill(organization, at=instant("2024-04-01"))

    deleted = api.delete(f"/invoices/{draft.id}")["invoice"]

    assert (deleted["lago_id"], deleted["status"]) == (str(draft.id), "deleted")
    api.get(f"/invoices/{draft.id}", expect=404)
    bill(organization, at=instant("2024-04-20"))
    assert api.get("/invoices")["meta"]["total_count"] == 0


def test_an_issued_invoice_is_not_deleted(organization, api):
    invoice = an_invoice(a_customer(organization, "acme"))

    assert api.delete(f"/invoices/{invoice.id}", expect=405)["code"] == "not_deletable"


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_lost_dispute_ends_being_overdue(organization, api, method):
    invoice = an_invoice(a_customer(organization, "acme"))
    bill(organization, at=instant("2024-03-12"))

    lost = api.call(method, f"/invoices/{invoice.id}/lose_dispute")["invoice"]

    assert (lost["payment_dispute_lost_at"], lost["payment_overdue"]) == ("2024-03-12T00:00:00Z", False)
    bill(organization, at=instant("2024-03-13"))
    assert not Invoice.objects.get().payment_overdue
    again = api.call(method, f"/invoices/{invoice.id}/lose_dispute")["invoice"]
    assert again["payment_dispute_lost_at"] == "2024-03-12T00:00:00Z"
    assert api.get("/invoices", payment_dispute_lost="true")["meta"]["total_count"] == 1


def test_a_dispute_over_a_draft_is_refused(organization, api):
    a_customer(organization, "graceful", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="graceful")
    (draft,) = bill(organization, at=instant("2024-04-01"))

    assert api.post(f"/invoices/{draft.id}/lose_dispute", expect=405)["code"] == "not_disputable"


def test_only_what_failed_is_made_again(organization, api):
    invoice = an_invoice(a_customer(organization, "acme"))

    assert api.post(f"/invoices/{invoice.id}/retry", expect=405)["code"] == "invalid_status"
    api.post("/invoices/nothing/retry", expect=404)
