"""Signed links into the portal."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import time_machine

from billing_site.kernel.clock import wall_now
from billing_site.kernel.errors import Forbidden
from customers.portal_link import VALID_FOR, customer_id_of
from tests.support.api import ApiClient
from tests.support.builders import a_customer, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> tuple[UUID, str]:
    api = ApiClient(an_organization())
    customer = a_customer(api.organization, "hooli")
    url = api.get("/customers/hooli/portal_url")["customer"]["portal_url"]
    return customer.id, urlsplit(url).path.removeprefix("/portal/")


def test_a_link_names_its_customer(link):
    customer_id, token = link
    assert customer_id_of(token) == customer_id


def test_a_link_ends_after_twelve_hours(link):
    almost, after = wall_now() + VALID_FOR - timedelta(minutes=1), wall_now() + VALID_FOR + timedelta(minutes=1)
    with time_machine.travel(almost):
        customer_id_of(link[1])
    with time_machine.travel(after), pytest.raises(Forbidden, match="portal_link_expired"):
        customer_id_of(link[1])


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", "é", "\0"])
def test_a_forged_link_opens_nothing(forged):
    with pytest.raises(Forbidden, match="portal_link_invalid"):
        customer_id_of(forged)


def test_a_link_cannot_be_bent_to_another_customer(link):
    _, token = link
    other = a_customer(an_organization())
    with pytest.raises(Forbidden, match="portal_link_invalid"):
        customer_id_of(":".join([str(other.id), *token.split(":")[1:]]))
