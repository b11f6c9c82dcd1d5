"""Switching between organizations, sandboxes beside the live one, and their clocks."""

import pytest
from django.urls import reverse

from customers.models import ApiKey, Organization
from invoices.models import Invoice
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.console import Console, errors_in, words
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


def test_a_sandbox_is_marked_with_its_time() -> None:
    shown = words(Console(an_organization(at=instant("2024-03-05T10:30:00Z"))).open("index"))
    assert "Sandbox · Mar 5, 2024 10:30 UTC" in shown


def test_a_live_organization_is_not_marked() -> None:
    assert "Sandbox ·" not in words(Console(an_organization(sandbox=False)).open("index"))


def test_switching_is_a_post() -> None:
    organization = an_organization()
    assert Console().browser.get(reverse("admin:switch_organization", args=[organization.pk])).status_code == 405


def test_without_a_choice_the_live_organization_comes_first() -> None:
    an_organization("Trial")
    an_organization("Real", sandbox=False)
    assert "Real" in words(Console().open("index"))


def test_starting_a_sandbox_shows_its_key_once_and_switches_to_it() -> None:
    live = an_organization(sandbox=False)
    console = Console(live)
    shown = console.press(live, "start_sandbox", expect=200).content.decode()
    sandbox = Organization.objects.get(live_organization=live)
    value = shown.split('id="api-key">')[1].split("<")[0]
    assert ApiKey.hashed(value) == ApiKey.objects.get(organization=sandbox).key_hash
    assert value not in console.open("customers_apikey_changelist")
    assert "Sandbox" in words(console.open("index"))


def test_a_sandbox_has_no_sandbox_and_a_live_organization_no_clock() -> None:
    sandbox, live = an_organization(), an_organization(sandbox=False)
    console = Console(live)
    console.press(sandbox, "start_sandbox", expect=403)
    console.press(live, "move_clock", expect=403, to="2030-01-01T00:00")


def test_moving_the_clock_does_what_falls_due_and_says_so() -> None:
    organization = an_organization(at=instant("2024-01-01"))
    a_subscription(organization)
    console = Console(organization)
    asked = console.open("customers_organization_do_one", organization.pk, "move_clock")
    assert "The next thing is due at Feb 1, 2024 00:00." in words(asked)
    console.press(organization, "move_clock", to="2024-03-02T00:00")
    # Two periods ended: January and February.
    assert "2 invoices made" in console.sentences()
    assert Invoice.objects.filter(organization=organization).count() == 2
    assert Organization.objects.get(pk=organization.pk).now() == instant("2024-03-02")


def test_the_clock_does_not_go_back() -> None:
    organization = an_organization(at=instant("2024-01-01"))
    refused = Console(organization).press(organization, "move_clock", expect=200, to="2023-01-01T00:00")
    assert errors_in(refused.content.decode()) == ["This is out of range."]


def test_a_new_organization_starts_with_a_key() -> None:
    console = Console()
    made = console.submit("customers_organization_add", expect=200, name="Fresh", default_currency="EUR")
    assert "Copy it now" in made.content.decode()
    fresh = Organization.objects.get(name="Fresh")
    assert (fresh.default_currency, fresh.sandbox) == ("EUR", False)
