"""The address of an invoice's PDF in the API opens it, and only it."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from plans.services.subscription import terminate_subscription
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice():
    organization = an_organization()
    a_subscription(organization)
    (billed,) = bill(organization, at=instant("2024-02-01"))
    return ApiClient(organization).post(f"/invoices/{billed.id}/download")["invoice"]


def path(url: str) -> str:
    return url[url.index("/files/") :]


def test_the_file_url_gives_the_pdf_and_knows_when_it_has_not_changed(invoice):
    answer = Client().get(path(invoice["file_url"]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")

    again = Client().get(path(invoice["file_url"]), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_forged_token_opens_nothing(invoice):
    answer = Client().get(path(invoice["file_url"])[:-1] + "!")
    assert (answer.status_code, answer.json()["code"]) == (404, "file_not_found")


def test_a_draft_has_no_file():
    organization = an_organization()
    a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")
    (draft,) = bill(organization, at=instant("2024-02-01"))
    assert ApiClient(organization).get(f"/invoices/{draft.id}")["invoice"]["file_url"] is None


def test_a_credit_notes_file_url_gives_its_pdf():
    organization = an_organization()
    plan = a_plan(organization, pay_in_advance=True)
    terminate_subscription(subscription=a_subscription(organization, plan), at=organization.now())
    (note,) = ApiClient(organization).get("/credit_notes")["credit_notes"]
    answer = Client().get(path(note["file_url"]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Credit note" in text
    assert note["number"] in text
    # 29 of 31 days of 30.00: 29.03 without the first
    assert "€29.03" in text
    again = Client().get(path(note["file_url"]), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    forged = Client().get(path(note["file_url"]).replace("credit_notes", "invoices"))
    assert forged.status_code == 404
