"""The address of an invoice's PDF in the API opens it, and only it."""

import pytest
from django.test import Client

from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_subscription

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
