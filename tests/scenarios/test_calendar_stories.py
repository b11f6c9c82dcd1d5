"""Which days are billed and paid for, where months, years, time zones and starts do not fit each other."""

import pytest

from tests.support.story import Story, fixed, lines, price

pytestmark = pytest.mark.django_db


def periods(story: Story) -> list[tuple[str, str]]:
    shown = [invoice["billing_periods"][0] for invoice in story.invoices()]
    return [(each["subscription_from_datetime"], each["subscription_to_datetime"]) for each in shown]


def test_a_plan_in_advance_that_starts_later_pays_from_the_day_of_its_start():
    story = Story("2024-01-10")
    story.customer()
    story.plan("p", 3100, pay_in_advance=True)
    assert story.subscribe("p", subscription_at="2024-01-20T12:00:00Z")["status"] == "pending"

    story.clock("2024-01-19T23:00:00Z")
    assert story.bills() == []
    story.clock("2024-01-20T13:00:00Z", "2024-02-01")

    # 20 to 31 January: 12 of 31 days
    assert story.bills() == [[("p", 1200)], [("p", 3100)]]


def test_the_anniversary_of_a_later_start_is_its_day_at_the_customer():
    story = Story("2024-01-10")
    story.customer(timezone="America/Los_Angeles")
    story.plan("p", 3100)
    # 20 January, 21:00 in Los Angeles
    story.subscribe("p", subscription_at="2024-01-21T05:00:00Z", billing_time="anniversary")

    story.clock("2024-02-20T09:00:00Z")

    (invoice,) = story.invoices()
    assert lines(invoice) == [("p", 3100)]
    assert periods(story) == [("2024-01-20T08:00:00Z", "2024-02-20T07:59:59Z")]
    assert invoice["billing_periods"][0]["charges_from_datetime"] == "2024-01-21T05:00:00Z"


def test_another_plan_for_a_subscription_that_has_not_started_just_takes_its_place():
    story = Story("2024-01-10")
    story.customer()
    story.plan("p", 3100, pay_in_advance=True)
    story.plan("q", 6200, pay_in_advance=True)
    story.subscribe("p", subscription_at="2024-01-20")
    assert story.subscribe("q", subscription_at="2024-01-20")["status"] == "pending"

    story.clock("2024-01-21")

    # 12 of 31 days
    assert story.bills() == [[("q", 2400)]]


@pytest.mark.parametrize(("year", "cents"), [("2023", 30684), ("2024", 30600)])
def test_a_year_from_march_on_has_306_days_of_365_or_366(year, cents):
    story = Story(f"{year}-03-01")
    story.customer()
    story.plan("y", 36600, "yearly", pay_in_advance=True)
    story.subscribe("y")
    # 36600 × 306 / 365 = 30683.8
    assert story.bills() == [[("y", cents)]]


def test_a_year_from_29_february_ends_on_the_27th_or_28th():
    story = Story("2024-02-29T10:00:00Z")
    story.customer()
    story.plan("y", 36500, "yearly")
    story.subscribe("y", billing_time="anniversary")

    story.clock("2025-02-27T23:00:00Z")
    assert story.bills() == []
    story.clock("2028-02-28T23:00:00Z")
    assert len(story.bills()) == 3
    story.clock("2028-02-29T10:00:00Z")

    assert story.bills() == [[("y", 36500)]] * 4
    first, *_, last = periods(story)
    assert first == ("2024-02-29T00:00:00Z", "2025-02-27T23:59:59Z")
    assert last == ("2027-02-28T00:00:00Z", "2028-02-28T23:59:59Z")


def test_what_ends_on_29_february_has_used_60_days_of_the_year():
    story = Story("2024-01-01")
    story.customer()
    story.plan("y", 36600, "yearly", pay_in_advance=True)
    story.subscribe("y")
    story.clock("2024-02-29T12:00:00Z")
    story.end()
    (note,) = story.api.get("/credit_notes")["credit_notes"]
    assert note["credit_amount_cents"] == 36600 - 60 * 100


def test_february_ends_in_sydney_before_it_does_in_greenwich():
    story = Story("2024-02-09T15:00:00Z")
    story.customer(timezone="Australia/Sydney")
    story.plan("p", 2900)
    story.subscribe("p")
    story.clock("2024-02-29T12:00:00Z")
    assert story.bills() == []
    story.clock("2024-02-29T14:00:00Z")
    # 10 to 29 February
    assert story.bills() == [[("p", 2000)]]


def test_a_week_of_summer_time_has_seven_days():
    story = Story("2024-03-25")
    story.customer(timezone="Europe/Paris")
    seats = story.metric("seats", recurring=True)
    story.plan("w", 700, "weekly", charges=[price(seats, "70", prorated=True)])
    story.subscribe("w")
    # Sunday 22:30 and Monday 00:30 in Paris, where the clock was put forward that Sunday
    story.use("seats", 1, at="2024-03-31T20:30:00Z")
    story.use("seats", 1, at="2024-03-31T22:30:00Z")

    story.clock("2024-03-31T21:30:00Z")
    assert story.bills() == []
    story.clock("2024-03-31T22:10:00Z", "2024-04-07T22:10:00Z")

    # 1 of 7 days: 0.14286 × 70; then 2 × 70
    assert story.bills() == [[("seats", 1000), ("w", 700)], [("seats", 14000), ("w", 700)]]


def test_a_customer_who_moves_is_billed_without_gap_or_overlap():
    story = Story("2024-01-01")
    story.customer()
    story.plan("p", 3100, charges=[price(story.metric("m"))])
    story.subscribe("p")
    story.clock("2024-02-01T01:00:00Z")
    story.customer(timezone="America/New_York")
    for at in ("2024-02-01T00:00:00Z", "2024-02-01T04:59:00Z", "2024-03-01T04:00:00Z"):
        story.use("m", 1, at=at)

    story.clock("2024-03-01T04:30:00Z")
    assert len(story.bills()) == 1
    story.clock("2024-03-01T05:30:00Z")

    second = story.invoices()[1]
    assert lines(second) == [("m", 300), ("p", 3100)]
    period = second["billing_periods"][0]
    assert period["charges_from_datetime"] == "2024-02-01T00:00:00Z"
    assert period["charges_to_datetime"] == "2024-03-01T04:59:59Z"


def test_a_year_in_advance_with_usage_by_the_month():
    story = Story("2024-11-15")
    story.customer()
    usage = price(story.metric("m"))
    story.plan("y", 36500, "yearly", pay_in_advance=True, bill_charges_monthly=True, charges=[usage])
    story.subscribe("y")
    story.use("m", 3)
    story.clock("2024-12-01")
    story.use("m", 4)
    story.clock("2025-02-10")
    story.use("m", 5)
    story.end()

    # 15 November to 31 December: 47 of 366 days, 4687.2
    assert story.bills() == [[("y", 4687)], [("m", 300)], [("m", 400), ("y", 36500)], [], [("m", 500)]]
    (note,) = story.api.get("/credit_notes")["credit_notes"]
    # 41 of 365 days used
    assert note["credit_amount_cents"] == 36500 - 41 * 100


def test_a_half_year_settles_its_commitment_over_all_its_months():
    story = Story("2024-01-01")
    story.customer()
    story.plan(
        *("h", 10000, "semiannual"),
        bill_charges_monthly=True,
        charges=[price(story.metric("m"))],
        minimum_commitment={"amount_cents": 50000},
    )
    story.subscribe("h")
    for month in range(1, 7):
        story.use("m", 10, at=f"2024-0{month}-10T00:00:00Z")
    story.clock("2024-07-01")

    # 50,000 - 10,000 - 6 × 1,000
    assert story.bills() == [[("m", 1000)]] * 5 + [[("commitment", 34000), ("h", 10000), ("m", 1000)]]


def test_fixed_charges_by_the_month_leave_usage_to_the_year():
    story = Story("2024-01-01")
    story.customer()
    seats = fixed(story.add_on("seat"), "5", "2")
    story.plan(
        *("y", 12000, "yearly"),
        bill_fixed_charges_monthly=True,
        charges=[price(story.metric("m"))],
        fixed_charges=[seats],
    )
    story.subscribe("y")
    story.use("m", 7, at="2024-01-10T00:00:00Z")
    story.clock("2025-01-01")
    assert story.bills() == [[("seat", 1000)]] * 11 + [[("m", 700), ("seat", 1000), ("y", 12000)]]


def test_subscriptions_due_on_one_day_share_an_invoice_whatever_their_intervals():
    story = Story("2024-01-10")
    story.customer()
    story.plan("p", 3100)
    story.plan("q", 6200, pay_in_advance=True)
    story.plan("w", 700, "weekly")
    for number, plan in enumerate(("p", "q", "w")):
        story.subscribe(plan, f"s{number}")

    story.clock("2024-02-01")

    # Wednesday to Sunday, 5 of 7 days; 22 of 31 days
    weeks = [[("w", 500)], [("w", 700)], [("w", 700)]]
    assert story.bills() == [[("q", 4400)], *weeks, [("p", 2200), ("q", 6200)]]
