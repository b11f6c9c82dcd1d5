"""Add-ons in the console."""

import pytest

from customers.models import Organization
from plans.models import AddOn
from tests.support.builders import a_tax, an_organization
from tests.support.console import Console, errors_in
from tests.support.fixed_charges import an_add_on

pytestmark = pytest.mark.django_db
SEAT = {"name": "Seat", "code": "seat", "amount": "15.00", "amount_currency": "EUR"}


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def test_an_add_on_is_made_changed_and_deleted(organization: Organization) -> None:
    a_tax(organization)
    console = Console(organization)
    console.submit("plans_addon_add", **SEAT, tax_codes=["vat"])
    seat = AddOn.objects.get()
    assert (seat.amount_cents, [tax.code for tax in seat.taxes.all()]) == (1500, ["vat"])
    assert 'value="15.00"' in console.show(seat)
    console.submit("plans_addon_change", seat.pk, **{**SEAT, "amount": "20"})
    seat.refresh_from_db()
    assert (seat.amount_cents, seat.taxes.count()) == (2000, 0)
    console.press(seat, "delete")
    seat.refresh_from_db()
    assert seat.deleted_at is not None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("amount", "0", "An add-on has a price."),
        ("amount", "1.005", "EUR has 2 digits after the point."),
        ("code", "taken", "This is already taken. Choose another one."),
    ],
)
def test_a_wrong_add_on_is_refused_at_its_field(
    organization: Organization, field: str, value: str, sentence: str
) -> None:
    an_add_on(organization, "taken")
    refused = Console(organization).submit("plans_addon_add", expect=200, **{**SEAT, field: value})
    assert sentence in errors_in(refused.content.decode())
    assert AddOn.objects.count() == 1
