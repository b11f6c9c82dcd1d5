"""What is coming: bills tonight against the last cycle, and the calendar."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Organization
from invoices.models import BillingFailure, Invoice
from invoices.queries import coming as coming_module
from invoices.services.billing_hold import hold_customer
from invoices.services.bills_to_come import BillsToCome, Unusual, bills_to_come
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = instant("2024-02-01"), instant("2024-03-01")


@pytest.fixture
def organization() -> Organization:
    """Three customers on 10.00 a month and 1.00 a unit, each billed for January with 10 units."""
    organization = an_organization(at=instant("2024-01-01"))
    plan = a_plan(organization, amount_cents=1000, charges=[a_charge(a_metric(organization), "1")])
    for name in ("up", "same", "down"):
        a_customer(organization, name, name=name.capitalize())
        a_subscription(organization, plan, name, external_customer_id=name)
        use(organization, name, 10, "2024-01-15")
    bill(organization, at=FEBRUARY)
    return organization


def use(organization: Organization, name: str, units: int, day: str) -> None:
    send(organization, an_event(value=units, external_subscription_id=name, at=instant(day)))


def come(organization: Organization, **options: int) -> BillsToCome:
    end = MARCH + timedelta(days=1)
    return bills_to_come(organization=organization, start=MARCH, end=end, **options)


def test_each_bill_is_set_against_the_last_cycle_the_largest_change_first(organization: Organization) -> None:
    use(organization, "up", 50, "2024-02-10")
    use(organization, "same", 10, "2024-02-10")
    found = come(organization).bills
    # Before: 10.00 + 10 × 1.00. Now 60.00, 10.00 and 20.00.
    assert [(each.customer.name, each.last_fees_cents, each.fees_cents) for each in found] == [
        ("Up", 2000, 6000),
        ("Down", 2000, 1000),
        ("Same", 2000, 2000),
    ]
    # 40.00 more is 200 %, 10.00 less is −50 %.
    assert [each.change_percent for each in found] == [200, -50, 0]
    assert [set(each.unusual) for each in found] == [{Unusual.TWICE}, {Unusual.HALF, Unusual.NO_USAGE}, set()]


def test_what_is_to_be_paid_is_taxed_and_as_if_it_were_final(organization: Organization) -> None:
    a_tax(organization, rate_percent=10, applied_to_organization=True)
    Customer.objects.update(invoice_grace_period=5)
    # 3 × 10.00 and 10 %.
    assert come(organization).totals == {"EUR": 3300}
    assert Invoice.objects.count() == 3


def test_a_first_bill_and_a_customer_that_is_passed_by_are_told(organization: Organization) -> None:
    a_subscription(organization, a_plan(organization, "new"), "new", external_customer_id="new")
    hold_customer(customer=Customer.objects.get(name="Up"), reason="Under review.", at=organization.now())
    broken = Customer.objects.get(name="Down")
    BillingFailure.objects.create(
        organization=organization,
        customer=broken,
        at=organization.now(),
        reason="Broken.",
        created_at=organization.now(),
    )
    unusual = {each.customer.display_name: set(each.unusual) for each in come(organization).bills}
    assert unusual["new"] == {Unusual.FIRST}
    assert Unusual.HELD in unusual["Up"]
    assert Unusual.SET_ASIDE in unusual["Down"]
    # The held one's 10.00 are not awaited; the new one's 30.00 less two thirds of 30.00 … from Feb 1 on: 30.00.
    assert come(organization).totals == {"EUR": 1000 + 1000 + 3000}


def test_who_cannot_be_computed_says_why_and_stops_nobody(organization: Organization) -> None:
    Customer.objects.filter(name="Up").update(timezone="Mars/Olympus")
    found = {each.customer.name: each for each in come(organization).bills}
    assert "Mars/Olympus" in found["Up"].reason
    assert Unusual.FAILS in found["Up"].unusual
    assert found["Same"].fees_cents == 1000


def test_subscriptions_that_share_an_invoice_are_compared_with_it_once(organization: Organization) -> None:
    a_subscription(organization, a_plan(organization, amount_cents=500), "second", external_customer_id="same")
    bill(organization, at=MARCH)
    end = instant("2024-04-02")
    found = bills_to_come(organization=organization, start=instant("2024-04-01"), end=end).bills
    [shared] = [each for each in found if each.customer.name == "Same"]
    # 10.00 + 5.00 on one invoice in March, and again.
    assert (shared.last_fees_cents, shared.fees_cents, len(shared.subscriptions)) == (1500, 1500, 2)


def test_a_day_is_taken_part_by_part(organization: Organization) -> None:
    first, second = come(organization, at_once=2), come(organization, part=2, at_once=2)
    assert (len(first.bills), first.has_more) == (2, True)
    assert (len(second.bills), second.has_more) == (1, False)
    assert len({each.customer.pk for each in (*first.bills, *second.bills)}) == 3


def test_the_number_of_queries_does_not_grow(organization: Organization) -> None:
    few = queries(organization)
    plan = a_plan(organization, "more", amount_cents=1000)
    for number in range(10):
        a_subscription(organization, plan, f"more-{number}")
    assert queries(organization) == few


def queries(organization: Organization) -> int:
    with CaptureQueriesContext(connection) as captured:
        come(organization)
    return len(captured)


def test_tonight_is_the_next_day_on_which_something_is_due(organization: Organization) -> None:
    use(organization, "up", 50, "2024-02-10")
    console = Console(organization)
    page = words(console.open("bills_tonight"))
    assert "Bills of Mar 1, 2024" in page
    assert "Up up €20.00 €60.00 +200 % €60.00 twice as much" in page
    only = words(console.open("bills_of_day", "2024-03-01", show="half"))
    assert "Down down €20.00 €10.00 -50 %" in only
    assert "twice as much" not in only.replace("Twice as much", "")
    assert "Nothing of this kind" in words(console.open("bills_of_day", "2024-03-02"))
    console.open("bills_of_day", "nonsense", expect=404)


def test_today_has_what_is_overdue(organization: Organization) -> None:
    organization.change(at=instant("2024-03-05"), test_clock_at=instant("2024-03-05"))
    page = words(Console(organization).open("bills_tonight"))
    assert "Bills of Mar 5, 2024" in page
    assert "Customers 3" in page


def test_the_calendar_counts_what_each_day_brings(organization: Organization) -> None:
    plan = a_plan(organization, "later")
    a_subscription(organization, plan, subscription_at=instant("2024-02-20"))
    a_subscription(organization, plan, ending_at=instant("2024-02-25"))
    a_customer(organization, "slow", invoice_grace_period=3)
    console = Console(organization)
    page = words(console.open("calendar"))
    assert "20 Feb 1 start" in page
    assert "25 Feb 1 end" in page
    assert "1 Mar 4 due Bills Estimate" in page
    # 3 × 10.00 and 30.00.
    assert "About €60.00" in console.open("calendar_estimate", "2024-03-01")
    assert "Nothing." in console.open("calendar_estimate", "2024-03-02")
    later = words(console.open("calendar", **{"from": "2024-06-03"}))
    assert "Earlier" in later
    console.open("calendar", **{"from": "nonsense"}, expect=404)


def test_a_count_stops_where_nobody_wants_to_know_more(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("invoices.admin.calendar_page", "invoices.queries.coming"):
        monkeypatch.setattr(f"{module}.CAP", 2)
    assert coming_module.CAP == 2
    assert "more than 2 due" in words(Console(organization).open("calendar"))


def test_another_organization_has_nothing_of_it(organization: Organization) -> None:
    strangers = Console(an_organization("Strangers", at=FEBRUARY))
    assert "due Bills" not in words(strangers.open("calendar"))
    assert "Up" not in words(strangers.open("bills_of_day", "2024-03-01"))
