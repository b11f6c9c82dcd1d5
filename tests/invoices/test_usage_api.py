"""Usage over the API: filtered, broken down, projected and past."""

import json

import pytest

from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

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
    made = a_plan(organization, amount_cents=0, charges=list(charges), **plan)
    return a_subscription(organization, made, "sub", external_customer_id="acme")


def use(organization, value, code="tokens", at="2024-01-03", **properties):
    event = an_event(code, value, external_subscription_id="sub", at=instant(at), properties=properties)
    send(organization, event)


def move(organization, at):
    organization.change(at=instant(at), test_clock_at=instant(at))


def usage(api, kind="current_usage", root="customer_usage", **query):
    return api.get(f"/customers/acme/{kind}", external_subscription_id="sub", **query)[root]


def test_usage_is_filtered_by_metric_and_charge(organization, api):
    tokens, seats = a_metric(organization), a_metric(organization, "seats")
    subscribe(organization, a_charge(tokens, "1", code="first"), a_charge(seats, "2", code="second"))
    use(organization, 3)
    use(organization, 5, "seats")

    # 5 × 2.00
    assert usage(api, billable_metric_code="seats")["amount_cents"] == 1000
    assert usage(api, charge_code="first")["amount_cents"] == 300
    assert usage(api, filter_by_charge_code="first")["amount_cents"] == 300
    charge_id = usage(api, charge_code="second")["charges_usage"][0]["charge"]["lago_id"]
    assert usage(api, charge_id=charge_id)["amount_cents"] == 1000
    assert usage(api, charge_code="none")["charges_usage"] == []


def test_usage_is_filtered_by_group(organization, api):
    price = {"amount": "1", "pricing_group_keys": ["region"]}
    subscribe(organization, a_charge(a_metric(organization), properties=price))
    use(organization, 3, region="eu")
    use(organization, 4, region="us")

    assert usage(api)["amount_cents"] == 700
    assert usage(api, **{"group[region]": "us"})["amount_cents"] == 400
    assert usage(api, filter_by_group=json.dumps({"region": ["eu"]}))["amount_cents"] == 300
    api.get("/customers/acme/current_usage", external_subscription_id="sub", filter_by_group="[", expect=422)


def test_full_usage_goes_back_to_the_start_of_the_subscription(organization, api):
    recurring = a_metric(organization, "seats", recurring=True)
    subscribe(organization, a_charge(a_metric(organization), "1"), a_charge(recurring, "10"))
    use(organization, 3, at="2024-01-03")
    use(organization, 2, "seats", at="2024-01-05")
    use(organization, 4, at="2024-03-02")
    move(organization, "2024-03-10")

    # 4 of March and 2 seats × 10.00; with the 3 of January
    assert usage(api)["amount_cents"] == 2400
    shown = usage(api, full_usage="true")
    assert shown["amount_cents"] == 2700
    assert (shown["from_datetime"], shown["to_datetime"]) == ("2024-01-01T00:00:00Z", "2024-03-31T23:59:59Z")


def breakdowns(shown):
    return [(each["presentation_by"], each["units"]) for each in shown["presentation_breakdowns"]]


def test_units_are_broken_down_by_presentation_keys_and_the_price_stays(organization, api):
    price = {"amount": "1", "presentation_group_keys": [{"value": "team"}]}
    subscribe(organization, a_charge(a_metric(organization), properties=price))
    use(organization, 3, team="red")
    use(organization, 4, team="blue")
    use(organization, "0.5", team="red")
    use(organization, 2)

    expected = [({}, "2.0"), ({"team": "blue"}, "4.0"), ({"team": "red"}, "3.5")]
    (charge,) = usage(api)["charges_usage"]
    assert (charge["units"], charge["amount_cents"], breakdowns(charge)) == ("9.5", 950, expected)
    (chosen,) = usage(api, filter_by_presentation='["blue"]')["charges_usage"]
    assert (chosen["units"], breakdowns(chosen)) == ("9.5", [({"team": "blue"}, "4.0")])

    (invoice,) = bill(organization, at=instant("2024-02-01"))
    (fee,) = api.get("/fees", **{"fee_type[]": "charge"})["fees"]
    assert (fee["amount_cents"], breakdowns(fee), invoice.fees_amount_cents) == (950, expected, 950)


def test_each_group_is_broken_down_on_its_own(organization, api):
    price = {"amount": "1", "pricing_group_keys": ["region"], "presentation_group_keys": [{"value": "team"}]}
    subscribe(organization, a_charge(a_metric(organization), properties=price))
    use(organization, 3, region="eu", team="red")
    use(organization, 4, region="us", team="red")

    (charge,) = usage(api)["charges_usage"]

    assert breakdowns(charge) == [({"team": "red"}, "7.0")]
    assert [breakdowns(group) for group in charge["grouped_usage"]] == [
        [({"team": "red"}, "3.0")],
        [({"team": "red"}, "4.0")],
    ]


def test_an_event_paid_in_advance_shows_its_presentation_values(organization, api):
    price = {"amount": "1", "presentation_group_keys": [{"value": "team"}]}
    subscribe(organization, a_charge(a_metric(organization), pay_in_advance=True, properties=price))
    use(organization, 3, team="red", at="2024-01-01")

    (fee,) = api.get("/fees")["fees"]

    assert breakdowns(fee) == [({"team": "red"}, "3.0")]


def test_projected_usage_goes_on_as_it_has(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "0.1"))
    use(organization, 10)
    move(organization, "2024-01-03T12:00:00Z")

    shown = usage(api, "projected_usage", "customer_projected_usage")

    # 10 × 31 / 3 = 103.33, × 0.10 = 10.333
    (charge,) = shown["charges_usage"]
    assert (charge["projected_units"], charge["projected_amount_cents"]) == ("103.33", 1033)
    assert (shown["amount_cents"], shown["projected_amount_cents"]) == (100, 1033)


def test_projected_units_reach_the_tiers_they_reach(organization, api):
    first = {"from_value": 0, "to_value": 50, "per_unit_amount": "1", "flat_amount": "0"}
    tiers = {
        "graduated_ranges": [first, {"from_value": 51, "to_value": None, "per_unit_amount": "0", "flat_amount": "0"}]
    }
    subscribe(organization, a_charge(a_metric(organization), charge_model="graduated", properties=tiers))
    use(organization, 31)
    move(organization, "2024-01-10")

    # 31 × 31 / 10 = 96.1 units; only the first 50 cost 1.00
    assert usage(api, "projected_usage", "customer_projected_usage")["projected_amount_cents"] == 5000


def test_a_price_that_looks_at_single_events_is_projected_by_what_they_cost(organization, api):
    price = {"rate": "10", "per_transaction_min_amount": "1"}
    subscribe(organization, a_charge(a_metric(organization), charge_model="percentage", properties=price))
    use(organization, 5)
    move(organization, "2024-01-10")

    # one event at its minimum of 1.00 in 10 of 31 days
    assert usage(api, "projected_usage", "customer_projected_usage")["projected_amount_cents"] == 310


def test_past_usage_has_an_entry_for_each_invoiced_period(organization, api):
    a_tax(organization, "vat", 20, applied_to_organization=True)
    subscribe(organization, a_charge(a_metric(organization), "1"), a_charge(a_metric(organization, "seats"), "2"))
    use(organization, 3, at="2024-01-10")
    use(organization, 5, "seats", at="2024-01-11")
    use(organization, 4, at="2024-02-10")
    invoices = bill(organization, at=instant("2024-03-10"))
    use(organization, 9, at="2024-03-09")

    answer = api.get("/customers/acme/past_usage", external_subscription_id="sub")

    latest, first = answer["usage_periods"]
    assert (latest["from_datetime"], latest["to_datetime"]) == ("2024-02-01T00:00:00Z", "2024-02-29T23:59:59Z")
    assert (latest["amount_cents"], latest["taxes_amount_cents"], latest["total_amount_cents"]) == (400, 80, 480)
    assert latest["lago_invoice_id"] == str(invoices[1].id)
    # 3 × 1.00 and 5 × 2.00
    assert [(each["units"], each["amount_cents"]) for each in first["charges_usage"]] == [("5.0", 1000), ("3.0", 300)]
    assert answer["meta"]["total_count"] == 2


def test_past_usage_is_limited_paged_and_filtered(organization, api):
    subscribe(organization, a_charge(a_metric(organization), "1"), a_charge(a_metric(organization, "seats"), "2"))
    use(organization, 3, at="2024-01-10")
    bill(organization, at=instant("2024-04-10"))

    def periods(**query):
        answer = api.get("/customers/acme/past_usage", external_subscription_id="sub", **query)
        return [each["from_datetime"][:7] for each in answer["usage_periods"]]

    assert periods() == ["2024-03", "2024-02", "2024-01"]
    assert periods(periods_count=2) == ["2024-03", "2024-02"]
    assert periods(per_page=1, page=3) == ["2024-01"]
    first = api.get("/customers/acme/past_usage", external_subscription_id="sub", billable_metric_code="seats")
    assert first["usage_periods"][2]["amount_cents"] == 0


def test_past_usage_by_filter_and_with_events_paid_in_advance(organization, api):
    metric = a_metric(organization, filters=[{"key": "region", "values": ["eu"]}])
    of_europe = {"values": {"region": ["eu"]}, "properties": {"amount": "2"}}
    ahead = a_charge(a_metric(organization, "ahead"), "1", pay_in_advance=True)
    subscribe(organization, a_charge(metric, "1", filters=[of_europe]), ahead)
    use(organization, 3, region="eu", at="2024-01-01")
    use(organization, 4, at="2024-01-01")
    use(organization, 7, "ahead", at="2024-01-01")
    bill(organization, at=instant("2024-02-01"))

    (period,) = api.get("/customers/acme/past_usage", external_subscription_id="sub")["usage_periods"]

    in_advance, by_filter = period["charges_usage"]
    assert (in_advance["units"], in_advance["amount_cents"]) == ("7.0", 700)
    assert [(each["values"], each["amount_cents"]) for each in by_filter["filters"]] == [
        ({"region": ["eu"]}, 600),
        (None, 400),
    ]
