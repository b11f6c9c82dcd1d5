"""Who gets into the portal, and for how long."""

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from customers.models import Customer, Organization
from customers.portal_link import portal_token, portal_url
from customers.services.customer import delete_customer
from tests.portal.visitor import Visitor
from tests.support.builders import a_customer, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization("Hooli Cloud")


@pytest.fixture
def customer(organization: Organization) -> Customer:
    return a_customer(organization, "acme", name="Acme")


def after(hours: float) -> Any:
    """The clock of signatures, so many hours on."""
    return patch("django.core.signing.time.time", return_value=time.time() + timedelta(hours=hours).total_seconds())


def test_a_link_opens_the_customers_portal_and_leaves_the_address(customer: Customer) -> None:
    visitor = Visitor(customer)
    assert visitor.opened.status_code == 302
    assert visitor.opened.headers["Location"] == visitor.home
    assert "Acme" in visitor.text() and "Hooli Cloud" in visitor.text()


def test_the_link_that_operators_hand_out_is_this_one(customer: Customer, settings: Any) -> None:
    assert portal_url(customer).startswith(f"{settings.PUBLIC_URL}/portal/{customer.id}:")


def test_the_cookie_belongs_to_the_customers_path_and_to_no_script(customer: Customer) -> None:
    visitor = Visitor(customer)
    cookie = visitor.opened.cookies["portal"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (visitor.home, True, "Lax")
    assert cookie["max-age"] == 12 * 3600


def test_a_link_ends_after_twelve_hours(customer: Customer) -> None:
    token = portal_token(customer)
    with after(hours=11.9):
        assert Client().get(f"/portal/{token}").status_code == 302
    with after(hours=12.1):
        response = Client().get(f"/portal/{token}")
    assert response.status_code == 410
    assert "This link has expired" in response.content.decode()


def test_an_opened_portal_ends_with_its_link(customer: Customer) -> None:
    visitor = Visitor(customer)
    with after(hours=12.1):
        visitor.get(expect=410)


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "%00", "é"])
def test_nonsense_opens_nothing(token: str) -> None:
    assert Client(raise_request_exception=False).get(f"/portal/{token}").status_code == 403


def test_a_changed_link_opens_nothing_and_tells_nothing(customer: Customer, organization: Organization) -> None:
    other = a_customer(organization, "other", name="Other")
    _, rest = portal_token(customer).split(":", 1)
    response = Client().get(f"/portal/{other.id}:{rest}")
    assert response.status_code == 403
    assert "Other" not in response.content.decode() and "Hooli" not in response.content.decode()


def test_without_its_link_a_portal_stays_shut(customer: Customer) -> None:
    assert Client().get(f"/portal/{customer.id}/").status_code == 403
    assert Client().get("/portal/").status_code == 403


def test_one_customers_link_does_not_open_anothers_portal(customer: Customer, organization: Organization) -> None:
    other = a_customer(organization, "other")
    visitor = Visitor(customer)
    visitor.client.cookies["portal"]["path"] = "/"
    assert visitor.client.get(f"/portal/{other.id}/").status_code == 403


def test_portals_of_two_customers_stay_open_in_one_browser(customer: Customer, organization: Organization) -> None:
    first, second = Visitor(customer), Visitor(a_customer(organization, "other"))
    paths = {visitor.opened.cookies["portal"]["path"] for visitor in (first, second)}
    assert paths == {first.home, second.home}


def test_a_deleted_customers_portal_is_closed(customer: Customer, organization: Organization) -> None:
    visitor = Visitor(customer)
    delete_customer(customer=customer, at=organization.now())
    visitor.get(expect=403)


def test_refusals_speak_the_browsers_language() -> None:
    response = Client(headers={"accept-language": "xx, fr-CA;q=0.8, en;q=0.5"}).get("/portal/nonsense")
    assert "Cette page ne peut pas" in response.content.decode()


def test_pages_keep_to_their_reader(customer: Customer) -> None:
    visitor = Visitor(customer)
    for response in (visitor.opened, visitor.get(), Client().get("/portal/nonsense")):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_portal_only_reads(customer: Customer) -> None:
    visitor = Visitor(customer)
    assert visitor.client.post(visitor.home).status_code in (403, 405)
