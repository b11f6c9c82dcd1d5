"""Fixed charges and minimum commitments of plans over the API."""

from typing import Any

import pytest
from lago_python_client.models.plan import PlanResponse

from plans.models import FixedCharge
from tests.support.api import ApiClient
from tests.support.builders import a_tax, an_organization
from tests.support.fixed_charges import an_add_on
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

BASIC = {"name": "Basic", "code": "basic", "interval": "monthly", "amount_cents": 1000, "amount_currency": "EUR"}
SEATS = {"add_on_code": "seats", "charge_model": "standard", "units": "10", "properties": {"amount": "5"}}
SUBSCRIPTION = {"external_customer_id": "c", "plan_code": "basic", "external_id": "s"}
TIERS = [
    {"from_value": 0, "to_value": 10, "per_unit_amount": "2", "flat_amount": "0"},
    {"from_value": 11, "to_value": None, "per_unit_amount": "1.5", "flat_amount": "3"},
]


@pytest.fixture
def api() -> ApiClient:
    api = ApiClient(an_organization())
    an_add_on(api.organization, "seats", name="Seats")
    return api


def create(api: ApiClient, *fixed_charges: Any, expect: int = 200, **values: Any) -> Any:
    return api.post("/plans", {"plan": {**BASIC, "fixed_charges": fixed_charges, **values}}, expect=expect)


def change(api: ApiClient, *fixed_charges: Any, **values: Any) -> Any:
    return api.put("/plans/basic", {"plan": {"fixed_charges": fixed_charges, **values}})["plan"]["fixed_charges"]


def test_a_plan_shows_its_fixed_charges_and_its_commitment(api: ApiClient) -> None:
    a_tax(api.organization, "vat")
    commitment = {"amount_cents": 5000, "invoice_display_name": "At least", "tax_codes": ["vat"]}
    created = create(api, {**SEATS, "tax_codes": ["vat"]}, minimum_commitment=commitment)["plan"]
    PlanResponse.parse_obj(created)
    assert api.get("/plans/basic")["plan"] == created
    (seats,) = created["fixed_charges"]
    assert seats.pop("lago_id") and seats.pop("lago_add_on_id")
    assert [tax["code"] for tax in seats.pop("taxes")] == ["vat"]
    assert seats == {
        "lago_parent_id": None,
        "invoice_display_name": "Seats",
        "add_on_code": "seats",
        "code": "seats",
        "created_at": "2024-01-01T00:00:00Z",
        "charge_model": "standard",
        "pay_in_advance": False,
        "prorated": False,
        "properties": {"amount": "5"},
        "units": "10.0",
    }
    shown = created["minimum_commitment"]
    assert (shown["amount_cents"], shown["invoice_display_name"], shown["interval"]) == (5000, "At least", "monthly")
    assert [tax["code"] for tax in shown["taxes"]] == ["vat"]


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"charge_model": None}, {"charge_model": ["value_is_mandatory"]}),
        ({"charge_model": "package"}, {"charge_model": ["value_is_invalid"]}),
        ({"charge_model": "custom"}, {"charge_model": ["value_is_invalid"]}),
        ({"properties": {"amount": "much"}}, {"properties": ["invalid_amount"]}),
        ({"units": -1}, {"fixed_charges.0.units": ["value_is_out_of_range"]}),
        ({"units": "1e3"}, {"fixed_charges.0.units": ["value_is_invalid"]}),
        ({"units": True}, {"fixed_charges.0.units": ["value_is_invalid"]}),
        (
            {"charge_model": "volume", "properties": {"volume_ranges": TIERS}, "pay_in_advance": True},
            {"pay_in_advance": ["invalid_charge_model"]},
        ),
        (
            {
                "charge_model": "graduated",
                "properties": {"graduated_ranges": TIERS},
                "pay_in_advance": True,
                "prorated": True,
            },
            {"prorated": ["invalid_charge_model"]},
        ),
    ],
)
def test_what_cannot_be_billed_is_refused_by_name(api: ApiClient, fields: Any, details: Any) -> None:
    assert create(api, {**SEATS, **fields}, expect=422)["error_details"] == details
    assert not FixedCharge.objects.exists()


@pytest.mark.parametrize(
    "name", [{"add_on_code": "desks"}, {"add_on_code": None}, {"add_on_id": "x", "add_on_code": ""}]
)
def test_an_unknown_add_on_is_not_found(api: ApiClient, name: Any) -> None:
    assert create(api, {**SEATS, **name}, expect=404)["code"] == "add_on_not_found"


def test_codes_are_the_add_ons_unless_given_and_unique_in_the_plan(api: ApiClient) -> None:
    created = create(api, SEATS, SEATS, {**SEATS, "code": "desks"})["plan"]["fixed_charges"]
    assert [each["code"] for each in created] == ["seats", "seats_2", "desks"]
    answer = create(api, {**SEATS, "code": "a"}, {**SEATS, "code": "a"}, code="other", expect=422)
    assert answer["error_details"] == {"code": ["value_already_exist"]}


def test_an_update_changes_adds_and_removes(api: ApiClient) -> None:
    first, second = create(api, SEATS, {**SEATS, "code": "desks"})["plan"]["fixed_charges"]
    changed, added = change(api, {"id": first["lago_id"], "units": 12}, {**SEATS, "code": "rooms"})
    assert (changed["code"], changed["units"], changed["properties"]) == ("seats", "12.0", {"amount": "5"})
    assert added["code"] == "rooms"
    assert second["code"] not in {each["code"] for each in api.get("/plans/basic")["plan"]["fixed_charges"]}
    assert api.put("/plans/basic", {"plan": {"name": "Renamed"}})["plan"]["fixed_charges"] == [changed, added]


def test_with_subscriptions_only_units_price_name_and_taxes_change(api: ApiClient) -> None:
    (seats,) = create(api, SEATS)["plan"]["fixed_charges"]
    api.post(
        "/subscriptions", {"subscription": {"external_customer_id": "c", "plan_code": "basic", "external_id": "s"}}
    )
    (changed,) = change(
        api,
        {
            "id": seats["lago_id"],
            "code": "other",
            "charge_model": "volume",
            "properties": {"amount": "6"},
            "pay_in_advance": True,
            "prorated": True,
            "units": "3.5",
            "invoice_display_name": "Chairs",
        },
    )
    assert changed == {
        **seats,
        "properties": {"amount": "6"},
        "units": "3.5",
        "invoice_display_name": "Chairs",
    }


def test_fixed_charges_are_managed_one_by_one(api: ApiClient) -> None:
    create(api)
    path = "/plans/basic/fixed_charges"
    created = api.post(path, {"fixed_charge": SEATS})["fixed_charge"]
    assert api.get(path)["fixed_charges"] == [created] == [api.get(f"{path}/seats")["fixed_charge"]]
    changed = api.put(f"{path}/seats", {"fixed_charge": {"units": 2, "charge_model": "standard"}})["fixed_charge"]
    assert changed == {**created, "units": "2.0"}
    assert api.delete(f"{path}/seats")["fixed_charge"]["lago_id"] == created["lago_id"]
    assert api.get(f"{path}/seats", expect=404)["code"] == "fixed_charge_not_found"
    assert api.get(path)["fixed_charges"] == []


def test_a_fixed_charge_of_another_organization_is_not_found(api: ApiClient) -> None:
    create(api, SEATS)
    stranger = ApiClient(an_organization())
    stranger.get("/plans/basic/fixed_charges", expect=404)
    stranger.put("/plans/basic/fixed_charges/seats", {"fixed_charge": {"units": 1}}, expect=404)
    a_plan(stranger.organization, "own")
    body = {"fixed_charge": SEATS}
    assert stranger.post("/plans/own/fixed_charges", body, expect=404)["code"] == "add_on_not_found"


def test_a_commitment_is_changed_and_taken_away(api: ApiClient) -> None:
    create(api, minimum_commitment={"amount_cents": 5000, "invoice_display_name": "At least"})

    def changed(commitment: Any) -> Any:
        return api.put("/plans/basic", {"plan": {"minimum_commitment": commitment}})["plan"]["minimum_commitment"]

    assert changed({"amount_cents": 6000})["amount_cents"] == 6000
    assert changed({"invoice_display_name": "Floor"})["amount_cents"] == 6000
    assert changed(None) is None
    assert api.get("/plans/basic")["plan"]["minimum_commitment"] is None


@pytest.mark.parametrize(
    ("commitment", "code"),
    [({"amount_cents": 0}, "value_is_out_of_range"), ({"invoice_display_name": "x"}, "value_is_mandatory")],
)
def test_a_commitment_has_an_amount(api: ApiClient, commitment: Any, code: str) -> None:
    answer = create(api, minimum_commitment=commitment, expect=422)
    assert answer["error_details"] == {"minimum_commitment.amount_cents": [code]}


def test_a_subscription_shows_its_own_units(api: ApiClient) -> None:
    create(api, SEATS)
    a_subscription(api.organization, external_id="other")
    api.post("/subscriptions", {"subscription": SUBSCRIPTION})
    path = "/subscriptions/s/fixed_charges"
    assert [each["units"] for each in api.get(path)["fixed_charges"]] == ["10.0"]
    body = {"fixed_charge": {"units": "12.5", "apply_units_immediately": True}}
    changed = api.put(f"{path}/seats", body)["fixed_charge"]
    assert changed["units"] == "12.5"
    assert api.get(f"{path}/seats")["fixed_charge"] == changed
    assert api.get("/plans/basic/fixed_charges/seats")["fixed_charge"]["units"] == "10.0"
    assert api.get("/subscriptions/other/fixed_charges")["fixed_charges"] == []
    assert api.get(f"{path}/desks", expect=404)["code"] == "fixed_charge_not_found"
    assert api.get("/subscriptions/none/fixed_charges", expect=404)["code"] == "subscription_not_found"


def test_a_price_of_its_own_makes_the_plan_its_own(api: ApiClient) -> None:
    (seats,) = create(api, SEATS)["plan"]["fixed_charges"]
    api.post("/subscriptions", {"subscription": SUBSCRIPTION})
    own = api.put("/subscriptions/s/fixed_charges/seats", {"fixed_charge": {"properties": {"amount": "4"}}})
    assert own["fixed_charge"]["properties"] == {"amount": "4"}
    assert own["fixed_charge"]["lago_parent_id"] == seats["lago_id"]
    assert api.get("/plans/basic")["plan"]["fixed_charges"] == [seats]
    assert api.get("/subscriptions/s")["subscription"]["plan_code"] == "basic"
