"""Why this amount? A fee's calculation in the console, down to its events."""

from typing import Any

import pytest

from customers.models import Organization
from invoices.models import Fee
from tests.support.billing import a_plan_of_every_price, bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, an_operator, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db
AT = instant("2024-01-10")


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def billed(organization: Organization, kind: str, *values: object) -> Fee:
    a_tax(organization)
    a_customer(organization, "acme", name="Acme", tax_codes=["vat"], timezone="Europe/Paris")
    a_subscription(organization, a_plan_of_every_price(organization), "sub", external_customer_id="acme")
    send(organization, *[an_event(kind, value, external_subscription_id="sub", at=AT) for value in values])
    bill(organization, at=instant("2024-02-01"))
    return Fee.objects.get(item_code=kind, units__gt=0)


def test_the_invoice_leads_to_the_reasons_of_each_fee(organization: Organization) -> None:
    fee = billed(organization, "graduated", 150)
    console = Console(organization)

    assert f"/invoices/fees/{fee.pk}/why/" in console.show(fee.invoice)
    shown = words(console.open("why", fee.pk))

    assert "the amount is what was billed: €13.50" in shown
    # 100 × 0.10 + 1.00 and 50 × 0.05
    assert "Tier 0 – 100 100 €0.10 €1.00 €11.00" in shown
    assert "Tier 101 – ∞ 50 €0.05 €2.50" in shown
    assert "Exact €13.50 Rounded once €13.50 VAT 20% €2.70 → €2.70 Billed, with taxes €16.20" in shown
    assert "Range (Europe/Paris) 2024-01-01 01:00:00 – 2024-01-31 23:59:59" in shown


def test_events_are_shown_with_the_reason_why_they_do_not_count(organization: Organization) -> None:
    fee = billed(organization, "standard", 400, "lots")
    send(organization, an_event("standard", 7, external_subscription_id="sub", at=AT))

    shown = words(Console(organization).open("why", fee.pk))

    assert "not a number" in shown
    assert "arrived after the invoice" in shown
    assert "Arrived later 1 (not on this invoice)" in shown


def test_events_come_in_pages_and_as_csv(organization: Organization) -> None:
    fee = billed(organization, "standard", *range(1, 61))
    console = Console(organization)

    first = console.open("why", fee.pk)
    after = first.split("?after=")[1].split("#")[0]
    second = console.open("why", fee.pk, after=after)

    assert (first.count("<code"), second.count("<code")) == (50, 10)
    answer: Any = console.browser.get(f"/admin/invoices/fees/{fee.pk}/events.csv")
    csv = b"".join(answer.streaming_content)
    assert len(csv.splitlines()) == 61


def test_a_fee_without_an_invoice_opens_here(organization: Organization) -> None:
    charge = a_charge(a_metric(organization), "2", pay_in_advance=True, invoiceable=False)
    a_subscription(organization, a_plan(organization, charges=[charge]), "sub")
    send(organization, an_event(value=3, external_subscription_id="sub"))
    console = Console(organization)
    fee = Fee.objects.get(fee_type="charge")

    response: Any = console.browser.get(f"/admin/invoices/fee/{fee.pk}/change/")

    assert response["Location"] == f"/admin/invoices/fees/{fee.pk}/why/"
    assert "what was billed: €6.00" in words(console.open("why", fee.pk))


def test_others_do_not_see_it(organization: Organization) -> None:
    fee = billed(organization, "standard", 400)
    elsewhere = Console(an_organization("Other"), an_operator(username="elsewhere"))
    elsewhere.open("why", fee.pk, expect=404)
    nobody = Console(organization, an_operator("customers.view_customer", username="nobody"))
    nobody.open("why", fee.pk, expect=403)
    reader = Console(organization, an_operator("invoices.view_fee", username="reader"))
    assert "Download CSV" not in reader.open("why", fee.pk)
