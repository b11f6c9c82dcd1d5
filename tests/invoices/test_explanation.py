"""Why a fee is what it is: every kind of fee can be done again by hand, from its own events."""

import csv
import io
from decimal import Decimal

import pytest

from invoices.models import Fee
from invoices.services.invoice import refresh_invoice
from invoices.services.void import void_invoice
from plans.models import Charge, FixedCharge
from plans.services.fixed_charge_units import WantedUnits, say_units
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.rollup import roll

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    organization = an_organization(at=instant("2024-01-01"))
    a_customer(organization, "acme")
    return organization


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def subscribe(organization, *charges, **plan):
    made = a_plan(organization, **{"amount_cents": 0, "charges": list(charges), **plan})
    return a_subscription(organization, made, "sub", external_customer_id="acme")


def use(organization, value, at="2024-01-10", code="tokens", **properties):
    event = an_event(code, value, external_subscription_id="sub", at=instant(at), properties=properties)
    send(organization, event)
    return event["transaction_id"]


def fees(organization, fee_type="charge"):
    return list(Fee.objects.filter(organization=organization, fee_type=fee_type).order_by("created_at", "id"))


def explained(api, fee):
    return api.get(f"/fees/{fee.id}/explanation")["explanation"]


def assert_redone(shown):
    """The steps add up to the amount, which is rounded to what was billed."""
    assert sum(Decimal(step["amount"]) for step in shown["steps"]) == Decimal(shown["amount"])
    assert (shown["amount_cents"], shown["matches"]) == (shown["billed_amount_cents"], True)


def step(shown):
    return [(each["kind"], each["units"], each["price"], each["amount"]) for each in shown["steps"]]


def tiers():
    first = {"from_value": 0, "to_value": 10, "per_unit_amount": "1", "flat_amount": "2"}
    return {
        "graduated_ranges": [first, {"from_value": 11, "to_value": None, "per_unit_amount": "0.5", "flat_amount": "0"}]
    }


def test_usage_is_counted_again_and_each_tier_shown(organization, api):
    subscribe(organization, a_charge(a_metric(organization), charge_model="graduated", properties=tiers()))
    use(organization, "8.25")
    use(organization, 4)
    bill(organization, at=instant("2024-02-01"))
    (fee,) = fees(organization)

    shown = explained(api, fee)

    assert_redone(shown)
    # 10 at 1.00 and the flat 2.00, 2.25 at 0.50
    assert step(shown) == [("tier", "10.0", "1.0", "12.0"), ("tier", "2.25", "0.5", "1.125")]
    assert (shown["amount"], shown["billed_amount_cents"], shown["recalculated"]) == ("13.125", 1313, True)
    counted = shown["counted"]
    assert (counted["billable_metric_code"], counted["aggregation_type"], counted["events_count"]) == (
        "tokens",
        "sum_agg",
        2,
    )
    assert shown["units"]["aggregated_units"] == "12.25"


def test_the_range_is_told_in_utc_and_on_the_customers_clock(organization, api):
    a_customer(organization, "acme", timezone="Europe/Paris")
    subscribe(organization, a_charge(a_metric(organization)))
    use(organization, 1)
    bill(organization, at=instant("2024-02-01"))
    (fee,) = fees(organization)

    shown = explained(api, fee)["counted"]["range"]

    assert (shown["to_datetime"], shown["timezone"]) == ("2024-01-31T22:59:59Z", "Europe/Paris")
    assert shown["local_to_datetime"] == "2024-01-31T23:59:59+01:00"


def test_the_metrics_rounding_is_shown(organization, api):
    metric = a_metric(organization, rounding_function="ceil", rounding_precision=1)
    subscribe(organization, a_charge(metric, "2"))
    use(organization, "1.21")
    bill(organization, at=instant("2024-02-01"))

    shown = explained(api, fees(organization)[0])

    assert_redone(shown)
    units = shown["units"]
    assert (units["aggregated_units"], units["rounding_function"], units["units"]) == ("1.21", "ceil", "1.3")


def test_filters_and_groups_are_told_apart(organization, api):
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu", "us"]}])
    of_europe = {"values": {"region": ["eu"]}, "properties": {"amount": "3", "pricing_group_keys": ["team"]}}
    subscribe(organization, a_charge(metric, "1", filters=[of_europe]))
    use(organization, 5, region="eu", team="red")
    use(organization, 7, region="eu", team="blue")
    use(organization, 11, region="us")
    bill(organization, at=instant("2024-02-01"))

    shown = [explained(api, fee) for fee in fees(organization)]

    for each in shown:
        assert_redone(each)
    assert {
        (str(each["counted"]["filter_values"]), str(each["counted"]["grouped_by"]), each["units"]["units"])
        for each in shown
    } == {
        ("{'region': ['eu']}", "{'team': 'red'}", "5.0"),
        ("{'region': ['eu']}", "{'team': 'blue'}", "7.0"),
        ("None", "{}", "11.0"),
    }
    own = [
        [event["properties"].get("team") for event in api.get(f"/fees/{fee.id}/events")["events"]]
        for fee in fees(organization)
    ]
    assert sorted(map(str, own)) == ["['blue']", "['red']", "[None]"]


def test_events_after_finalization_are_late_and_change_nothing(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "1"))
    counted = use(organization, 3)
    bill(organization, at=instant("2024-02-01"))
    late = use(organization, 100)
    (fee,) = fees(organization)

    def check():
        shown = explained(api, fee)
        assert_redone(shown)
        assert (shown["billed_amount_cents"], shown["units"]["units"]) == (300, "3.0")
        assert (shown["counted"]["events_count"], shown["counted"]["late_events_count"]) == (1, 1)
        events = api.get(f"/fees/{fee.id}/events")["events"]
        assert [(each["transaction_id"], each["counted"], each["reason"]) for each in events] == [
            (counted, True, None),
            (late, False, "arrived_later"),
        ]

    check()
    roll()
    check()


def test_a_refreshed_draft_counts_what_was_late_before(organization, api):
    a_customer(organization, "acme", invoice_grace_period=5)
    subscribe(organization, a_charge(a_metric(organization), "1"))
    use(organization, 3)
    (invoice,) = bill(organization, at=instant("2024-02-01"))
    use(organization, 4)
    assert explained(api, fees(organization)[0])["counted"]["late_events_count"] == 1

    refresh_invoice(invoice=invoice, at=instant("2024-02-02"))

    shown = explained(api, fees(organization)[0])
    assert_redone(shown)
    assert (shown["billed_amount_cents"], shown["counted"]["late_events_count"]) == (700, 0)


def test_a_price_that_was_changed_since_is_said(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "1"))
    use(organization, 3)
    bill(organization, at=instant("2024-02-01"))
    Charge.objects.update(properties={"amount": "2"}, updated_at=instant("2024-02-03"))

    shown = explained(api, fees(organization)[0])

    assert (shown["matches"], shown["amount_cents"], shown["billed_amount_cents"]) == (False, 600, 300)
    assert shown["changed_since"] == ["charge"]


def test_what_was_carried_over_is_told(organization, api):
    metric = a_metric(organization, recurring=True)
    subscribe(organization, a_charge(metric, "1"))
    use(organization, 3)
    use(organization, 4, at="2024-02-10")
    bill(organization, at=instant("2024-03-01"))
    _, fee = fees(organization)

    shown = explained(api, fee)

    assert_redone(shown)
    assert (shown["units"]["carried_units"], shown["units"]["units"]) == ("3.0", "7.0")
    events = api.get(f"/fees/{fee.id}/events")["events"]
    assert [(each["units"], each["carried"]) for each in events] == [("3.0", True), ("4.0", False)]


def test_units_that_count_for_days_are_told_by_days(organization, api):
    metric = a_metric(organization, recurring=True)
    subscribe(organization, a_charge(metric, "31", prorated=True))
    use(organization, 20, at="2024-01-17")
    use(organization, 1, at="2024-01-31")
    bill(organization, at=instant("2024-02-01"))

    shown = explained(api, fees(organization)[0])

    assert_redone(shown)
    # 20 units for 15 days and 1 for 1 of 31: 301 / 31, rounded up to 9.70968
    assert shown["units"]["units_by_days"] == [{"units": "20.0", "days": 15}, {"units": "1.0", "days": 1}]
    assert (shown["units"]["period_days"], shown["units"]["units"]) == (31, "21.0")
    assert shown["units"]["priced_units"] == "9.70968"


def test_an_event_paid_in_advance_is_charged_again_after_those_before_it(organization, api):
    charge = a_charge(a_metric(organization), charge_model="graduated", properties=tiers(), pay_in_advance=True)
    subscribe(organization, charge)
    use(organization, 8, at="2024-01-01")
    second = use(organization, 4, at="2024-01-01")
    use(organization, 6, at="2024-01-01")
    fee = Fee.objects.get(pay_in_advance_event_transaction_id=second)
    # Of an earlier instant, but not there yet when the fee was made.
    use(organization, 50, at="2024-01-01")

    shown = explained(api, fee)

    assert_redone(shown)
    # 2 more at 1.00 and 2 at 0.50; the flat amount was paid before
    assert shown["billed_amount_cents"] == 300
    events = api.get(f"/fees/{fee.id}/events")["events"]
    assert [(each["transaction_id"], each["units"]) for each in events] == [(second, "4.0")]


def test_the_plans_price_is_told_by_days(organization, api):
    start = instant("2024-01-16")
    organization.change(at=start, test_clock_at=start)
    subscribe(organization, amount_cents=3000)
    bill(organization, at=instant("2024-02-01"))

    shown = explained(api, fees(organization, "subscription")[0])

    # 30.00 × 16 / 31 = 15.4838…
    assert (shown["days"], shown["amount_cents"], shown["matches"]) == ({"days": 16, "period_days": 31}, 1548, True)
    assert step(shown)[0][:3] == ("plan_price", "1.0", "30.0")
    assert api.get(f"/fees/{shown['lago_fee_id']}/events") == {"events": [], "meta": {"next_cursor": None}}


def test_what_lacks_to_a_minimum_is_told(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "1", min_amount_cents=1000))
    use(organization, 3)
    bill(organization, at=instant("2024-02-01"))
    true_up = next(fee for fee in fees(organization) if fee.true_up_parent_id)

    shown = explained(api, true_up)

    assert_redone(shown)
    assert [(kind, amount) for kind, _, _, amount in step(shown)] == [("minimum", "10.0"), ("fees", "-3.0")]


def test_a_minimum_does_not_count_the_day_of_an_upgrade(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "1", min_amount_cents=3100))
    upgrade(organization, "2024-01-11T10:00:00Z")
    true_up = next(fee for fee in fees(organization) if fee.true_up_parent_id)

    shown = explained(api, true_up)

    assert_redone(shown)
    # 10 of 31 days
    assert (shown["days"], shown["amount_cents"]) == ({"days": 10, "period_days": 31}, 1000)


def test_a_commitment_is_told_with_all_that_the_period_billed(organization, api):
    charge = a_charge(a_metric(organization), "1", pay_in_advance=True)
    subscribe(organization, charge, amount_cents=3100, minimum_commitment={"amount_cents": 31000})
    use(organization, 5)
    upgrade(organization, "2024-01-11T10:00:00Z")
    (commitment,) = fees(organization, "commitment")
    # What comes later, and what is undone later, changes nothing.
    void_invoice(invoice=fees(organization)[0].invoice, at=instant("2024-01-12"))

    shown = explained(api, commitment)

    assert_redone(shown)
    # 310.00 × 10 / 31, less 5.00 of usage and 10.00 of the plan
    assert [(kind, amount) for kind, _, _, amount in step(shown)] == [("minimum", "100.0"), ("period_fees", "-15.0")]
    assert (shown["days"], shown["recalculated"]) == ({"days": 10, "period_days": 31}, True)


def test_units_of_a_fixed_charge_are_told_by_days(organization, api):
    seats = subscribe_to_seats(organization, prorated=True)
    say(seats, "20", "2024-01-11")
    bill(organization, at=instant("2024-02-01"))
    say(seats, "1", "2024-02-01")

    shown = explained(api, fees(organization, "fixed_charge")[0])

    assert_redone(shown)
    assert shown["units"]["units_by_days"] == [{"units": "10.0", "days": 10}, {"units": "20.0", "days": 21}]
    # 3.225806 + 13.548387
    assert (shown["units"]["priced_units"], shown["recalculated"]) == ("16.774193", True)
    assert (shown["charge_model"], shown["changed_since"]) == ("standard", [])


def test_units_that_came_on_top_are_priced_for_the_days_left(organization, api):
    seats = subscribe_to_seats(organization, prorated=True, pay_in_advance=True)
    say(seats, "12", "2024-01-17")

    first, added = (explained(api, fee) for fee in fees(organization, "fixed_charge"))

    # 10 × 31.00; then 2 × 15 / 31 units
    for shown, cents in ((first, 31000), (added, 3000)):
        assert_redone(shown)
        assert (shown["amount_cents"], shown["recalculated"]) == (cents, True)


def test_what_the_former_plan_was_paid_is_taken_off_the_units(organization, api):
    subscribe_to_seats(organization, prorated=True, pay_in_advance=True)
    add_on = Fee.objects.get().fixed_charge.add_on
    upgrade(
        organization,
        "2024-01-17T10:00:00Z",
        fixed_charges=[a_fixed_charge(add_on, 20, "31", prorated=True, pay_in_advance=True)],
    )

    shown = explained(api, fees(organization, "fixed_charge")[1])

    assert_redone(shown)
    # 20 × 15 / 31 at 31.00, less 15 of 31 days of 310.00
    assert [(kind, amount) for kind, _, _, amount in step(shown)] == [
        ("units", "299.999989"),
        ("paid_before", "-150.0"),
    ]


def test_a_price_of_units_that_was_changed_since_is_said(organization, api):
    subscribe_to_seats(organization)
    bill(organization, at=instant("2024-02-01"))
    FixedCharge.objects.get().change(at=instant("2024-02-02"), properties={"amount": "50"})

    shown = explained(api, fees(organization, "fixed_charge")[0])

    assert (shown["matches"], shown["changed_since"]) == (False, ["fixed_charge"])


def subscribe_to_seats(organization, **fields):
    """10 seats for 31.00 each."""
    return subscribe(organization, fixed_charges=[a_fixed_charge(an_add_on(organization), 10, "31", **fields)])


def say(subscription, units, on):
    """So many seats from the day on."""
    at = instant(on)
    subscription.organization.change(at=at, test_clock_at=at)
    say_units(subscription, [WantedUnits(FixedCharge.objects.get(), Decimal(units), immediately=True)], at)


def upgrade(organization, at, **plan):
    organization.change(at=instant(at), test_clock_at=instant(at))
    made = a_plan(organization, **{"amount_cents": 6200, **plan})
    a_subscription(organization, made, "sub", external_customer_id="acme")


def test_taxes_are_told_with_what_they_were_before_rounding(organization, api):
    a_tax(organization, "vat", "7.7", applied_to_organization=True)
    subscribe(organization, a_charge(a_metric(organization), "1.23"))
    use(organization, 1)
    bill(organization, at=instant("2024-02-01"))

    (tax,) = explained(api, fees(organization)[0])["taxes"]

    # 7.7 % of 123 = 9.471
    assert (tax["rate"], tax["base_amount_cents"], tax["precise_amount_cents"], tax["amount_cents"]) == (
        7.7,
        "123.0",
        "9.471",
        9,
    )


VOLUME = {"volume_ranges": [{"from_value": 0, "to_value": None, "per_unit_amount": "0.3", "flat_amount": "1"}]}
RATES = {"graduated_percentage_ranges": [{"from_value": 0, "to_value": None, "rate": "3", "flat_amount": "1"}]}
CAPPED = {"rate": "1.2", "fixed_amount": "0.1", "free_units_per_events": 1, "per_transaction_max_amount": "1"}


@pytest.mark.parametrize(
    ("aggregation_type", "charge_model", "properties"),
    [
        ("count_agg", "package", {"amount": "5", "package_size": 2, "free_units": 1}),
        ("max_agg", "standard", {"amount": "0.333"}),
        ("latest_agg", "volume", VOLUME),
        ("unique_count_agg", "percentage", {"rate": "10", "fixed_amount": "0.5"}),
        ("sum_agg", "percentage", CAPPED),
        ("sum_agg", "graduated_percentage", RATES),
        ("weighted_sum_agg", "standard", {"amount": "1.5"}),
    ],
)
def test_every_model_can_be_redone(organization, api, aggregation_type, charge_model, properties):
    values = {"aggregation_type": aggregation_type}
    values |= {"field_name": ""} if aggregation_type == "count_agg" else {}
    values |= {"weighted_interval": "seconds"} if aggregation_type == "weighted_sum_agg" else {}
    metric = a_metric(organization, **values)
    subscribe(organization, a_charge(metric, charge_model=charge_model, properties=properties))
    for value in (120, "30.5", 120):
        use(organization, value)
    bill(organization, at=instant("2024-02-01"))

    shown = explained(api, fees(organization)[0])

    assert_redone(shown)
    assert shown["recalculated"] is True


def test_events_that_do_not_count_say_why(organization, api):
    users = a_metric(organization, "users", aggregation_type="unique_count_agg")
    subscribe(organization, a_charge(a_metric(organization), "1"), a_charge(users, "1"))
    for value in (1, "1e3", None):
        use(organization, value)
    use(organization, "ann", code="users")
    use(organization, "ann", code="users", at="2024-01-11")
    use(organization, "bob", code="users", at="2024-01-12", operation_type="remove")
    use(organization, "ann", code="users", at="2024-01-13", operation_type="remove")
    bill(organization, at=instant("2024-02-01"))
    tokens, unique = sorted(fees(organization), key=lambda fee: fee.item_code)

    def verdicts(fee, **query):
        events = api.get(f"/fees/{fee.id}/events", **query)["events"]
        return [(each["units"], each["reason"]) for each in events]

    assert verdicts(tokens) == [("1.0", None), ("0.0", "not_a_number"), ("0.0", "no_value")]
    assert verdicts(unique) == [
        ("1.0", None),
        ("0.0", "value_already_there"),
        ("0.0", "value_not_there"),
        ("-1.0", None),
    ]


@pytest.mark.parametrize("aggregation_type", ["sum_agg", "unique_count_agg"])
def test_events_come_page_by_page(organization, api, aggregation_type):
    subscribe(organization, a_charge(a_metric(organization, aggregation_type=aggregation_type), "1"))
    sent = [use(organization, value % 3, at=f"2024-01-{10 + value % 2}") for value in range(5)]
    bill(organization, at=instant("2024-02-01"))
    (fee,) = fees(organization)
    everything = api.get(f"/fees/{fee.id}/events")["events"]

    pages, cursor = [], ""
    while cursor is not None:
        answer = api.get(f"/fees/{fee.id}/events", per_page=2, cursor=cursor)
        pages.append(answer["events"])
        cursor = answer["meta"]["next_cursor"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == everything
    assert {each["transaction_id"] for each in everything} == set(sent)


def test_events_as_csv_quote_what_a_spreadsheet_would_run(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "1"))
    use(organization, "-2.5")
    use(organization, "=1+1")
    bill(organization, at=instant("2024-02-01"))
    (fee,) = fees(organization)

    answer = api.send("GET", f"/fees/{fee.id}/events", query={"format": "csv"})

    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["value"], row["counted"], row["reason"]) for row in rows] == [
        ("-2.5", "True", ""),
        ("'=1+1", "False", "not_a_number"),
    ]


def test_fees_of_others_are_not_explained(organization, api):
    subscribe(organization)
    bill(organization, at=instant("2024-02-01"))
    fee = Fee.objects.get()
    stranger = ApiClient(an_organization("Stranger"))

    stranger.get(f"/fees/{fee.id}/explanation", expect=404)
    stranger.get(f"/fees/{fee.id}/events", expect=404)
    api.get("/fees/nothing/explanation", expect=404)
    assert api.get(f"/fees/{fee.id}/events", cursor="x-y")["events"] == []
