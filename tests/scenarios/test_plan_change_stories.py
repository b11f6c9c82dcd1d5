"""Trials, commitments and changes of plan, where they meet."""

import pytest

from tests.support.story import Story, lines, price, totals

pytestmark = pytest.mark.django_db


def test_a_trial_goes_on_through_an_upgrade_and_ends_at_the_customers_day():
    # 2 January in Tokyo; ten days later it is the 12th.
    story = Story("2024-01-01T20:00:00Z")
    story.customer(timezone="Asia/Tokyo")
    story.plan("p", 3100, pay_in_advance=True, trial_period=10)
    story.plan("q", 6200, pay_in_advance=True, trial_period=10)
    story.subscribe("p")
    assert story.bills() == []
    story.clock("2024-01-05T10:00:00Z")
    story.subscribe("q")
    story.clock("2024-01-11T21:00:00Z")

    # 12 to 31 January: 20 of 31 days
    assert story.bills()[-1] == [("q", 4000)]
    assert story.api.get("/credit_notes")["credit_notes"] == []


def test_a_trial_over_months_waives_the_fee_alone():
    story = Story("2024-01-15")
    story.customer()
    story.plan(
        *("p", 3100),
        pay_in_advance=True,
        trial_period=45,
        charges=[price(story.metric("m"))],
        minimum_commitment={"amount_cents": 3100},
    )
    story.subscribe("p")
    story.use("m", 2)
    story.clock("2024-03-01")

    # 17 of 31 days of the commitment, less 200; 29 February alone: 3100 / 29; then February's 3100 less that
    assert story.bills() == [
        [("commitment", 1500), ("m", 200)],
        [("p", 107)],
        [("commitment", 2993), ("p", 3100)],
    ]


def test_the_day_of_an_upgrade_counts_for_the_commitment_of_the_new_plan_alone():
    story = Story("2024-01-01")
    story.customer()
    story.plan("p", 9100, "quarterly", minimum_commitment={"amount_cents": 91000})
    story.plan("q", 18200, "quarterly", minimum_commitment={"amount_cents": 91000})
    story.subscribe("p")
    story.clock("2024-02-01T10:00:00Z")
    story.subscribe("q")
    story.clock("2024-04-01")

    # 31 of 91 days: 31,000 - 3,100; then 60 of 91: 60,000 - 12,000. Together the whole 91,000.
    assert story.bills() == [[("commitment", 27900), ("p", 3100)], [("commitment", 48000), ("q", 12000)]]


def test_a_commitment_of_one_day():
    story = Story("2024-01-01T10:00:00Z")
    story.customer()
    story.plan("p", 3100, minimum_commitment={"amount_cents": 6200})
    story.subscribe("p")
    story.clock("2024-01-01T15:00:00Z")
    story.end()
    # 1 of 31 days: 200 - 100
    assert story.bills() == [[("commitment", 100), ("p", 100)]]


def test_a_downgrade_under_grace_parts_usage_at_midnight():
    story = Story("2024-01-01")
    story.customer(billing_configuration={"invoice_grace_period": 3})
    metric = story.metric("m")
    story.plan("p", 3100, charges=[price(metric)])
    story.plan("small", 310, charges=[price(metric, "2")])
    story.subscribe("p")
    story.use("m", 5)
    story.clock("2024-01-10")
    waiting = story.subscribe("small")
    assert (waiting["next_plan_code"], waiting["downgrade_plan_date"]) == ("small", "2024-02-01")

    story.clock("2024-02-01T01:00:00Z")
    (draft,) = story.invoices()
    assert (draft["status"], lines(draft)) == ("draft", [("m", 500), ("p", 3100)])
    story.use("m", 1, at="2024-01-31T23:59:59Z")
    story.use("m", 1, at="2024-02-01T00:00:01Z")
    story.clock("2024-03-05")

    assert story.bills() == [[("m", 600), ("p", 3100)], [("m", 200), ("small", 310)]]


def test_what_is_carried_over_stays_where_the_next_plan_does_not_measure_it():
    story = Story("2024-01-01")
    story.customer()
    seats, rooms = (story.metric(code, recurring=True) for code in ("seats", "rooms"))
    story.plan("p", 3100, charges=[price(seats), price(rooms)])
    story.plan("q", 6200, charges=[price(seats, "2")])
    story.subscribe("p")
    story.use("seats", 3)
    story.use("rooms", 4)
    story.clock("2024-01-11")
    story.subscribe("q")
    story.clock("2024-02-01")
    # 10 of 31 days, then 21 of 31
    assert story.bills() == [[("p", 1000), ("rooms", 400)], [("q", 4200), ("seats", 600)]]


@pytest.mark.parametrize("next_plan", [{}, {"pay_in_advance": True}, {"pay_in_advance": True, "trial_period": 90}])
def test_seats_paid_ahead_are_renewed_by_the_plan_that_takes_over(next_plan):
    story = Story("2024-01-01")
    story.customer()
    seats = story.metric("seats", recurring=True)
    story.plan("p", 3100, charges=[price(seats, "2", pay_in_advance=True)])
    story.plan("small", 310, charges=[price(seats, "1", pay_in_advance=True)], **next_plan)
    story.subscribe("p")
    story.use("seats", 3)
    story.subscribe("small")

    story.clock("2024-02-01")

    # 3 × 2.00 when they came; 3 × 1.00 for February
    fees = [line for bill in story.bills() for line in bill]
    assert [line for line in fees if line[0] == "seats"] == [("seats", 600), ("seats", 300)]
    assert ("p", 3100) in fees


def test_seats_paid_ahead_are_not_paid_again_within_their_period():
    story = Story("2024-01-01")
    story.customer()
    seats = story.metric("seats", recurring=True)
    story.plan("p", 3100, charges=[price(seats, "2", pay_in_advance=True)])
    story.plan("big", 6200, charges=[price(seats, "5", pay_in_advance=True)])
    story.subscribe("p")
    story.use("seats", 3)
    story.clock("2024-01-11")
    story.subscribe("big")
    assert story.bills() == [[("seats", 600)], [("p", 1000)]]
    story.clock("2024-02-01")
    assert story.bills()[2:] == [[("big", 4200), ("seats", 1500)]]


def test_a_new_plan_takes_what_progressive_invoices_billed_off_its_own_usage_alone():
    story = Story("2024-01-01")
    story.customer()
    usage = price(story.metric("m"))
    story.plan("p", 3100, charges=[usage], usage_thresholds=[{"amount_cents": 2000}])
    story.plan("q", 6200, charges=[usage], usage_thresholds=[{"amount_cents": 3000}])
    story.subscribe("p")
    story.use("m", 25)
    story.clock("2024-01-11")
    story.subscribe("q")
    story.use("m", 6, at="2024-01-11T00:10:00Z")
    story.clock("2024-02-01")

    # Lifetime usage of 25.00 passes the first threshold, with 6.00 more the second.
    assert story.bills() == [[("m", 2500)], [("m", 2500), ("p", 1000)], [("m", 600)], [("m", 600), ("q", 4200)]]
    totalled = [totals(invoice, "progressive_billing_credit", "total") for invoice in story.invoices()]
    assert totalled == [[0, 2500], [2500, 1000], [0, 600], [600, 4200]]


def test_paid_fees_are_gathered_on_an_invoice_of_their_own_with_the_taxes_they_had():
    story = Story("2024-01-01")
    story.tax("vat", "10")
    story.customer()
    ahead = {"pay_in_advance": True, "invoiceable": False, "regroup_paid_fees": "invoice"}
    story.plan("p", 1000, charges=[price(story.metric("m"), "3", **ahead)])
    story.subscribe("p")
    story.use("m", 1)
    story.use("m", 2)
    pay(story, 300)
    story.clock("2024-02-01")
    pay(story, 600)
    story.clock("2024-02-06")
    story.end()

    gathered = [each for each in story.invoices() if each["invoice_type"] == "advance_charges"]
    assert [lines(each) for each in gathered] == [[("m", 300)], [("m", 600)]]
    assert [totals(each, "fees", "taxes", "total", "total_due") for each in gathered] == [
        [300, 30, 330, 0],
        [600, 60, 660, 0],
    ]


def pay(story: Story, amount_cents: int) -> None:
    (fee,) = (each for each in story.api.get("/fees")["fees"] if each["amount_cents"] == amount_cents)
    story.api.put(f"/fees/{fee['lago_id']}", {"fee": {"payment_status": "succeeded"}})
