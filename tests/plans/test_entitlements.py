"""Features, and what plans and subscriptions entitle to."""

import pytest
from django.db import IntegrityError, transaction

from plans.models import Entitlement, EntitlementValue, Feature, Privilege
from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription
from tests.support.webhooks import told

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15")
SUBSCRIPTION = "/subscriptions/subscription/entitlements"


@pytest.fixture
def organization():
    return an_organization(at=NOW)


@pytest.fixture
def api(organization):
    api = ApiClient(organization)
    privileges = [
        {"code": "max", "value_type": "integer"},
        {"code": "root", "value_type": "boolean"},
        {"code": "region", "value_type": "select", "config": {"select_options": ["eu", "us"]}},
        {"code": "note"},
    ]
    api.post("/features", {"feature": {"code": "seats", "name": "Seats", "privileges": privileges}})
    api.post("/features", {"feature": {"code": "analytics"}})
    plan = a_plan(organization, "plan")
    a_subscription(organization, plan, "subscription")
    a_subscription(organization, plan, "own", plan_overrides={"amount_cents": 1})
    return api


def entitle(api, entitlements, **options):
    return api.post("/plans/plan/entitlements", {"entitlements": entitlements}, **options)


def patch(api, path, entitlements, **options):
    return api.call("PATCH", path, {"entitlements": entitlements}, **options)


def shown(answer):
    return {each["code"]: {own["code"]: own["value"] for own in each["privileges"]} for each in answer["entitlements"]}


def test_a_feature_comes_back_with_its_privileges(api, organization):
    feature = api.get("/features/seats")["feature"]
    assert [each["code"] for each in feature["privileges"]] == ["max", "root", "region", "note"]
    assert feature["privileges"][2]["config"] == {"select_options": ["eu", "us"]}
    assert feature["privileges"][3]["value_type"] == "string"
    assert [each["code"] for each in api.get("/features")["features"]] == ["analytics", "seats"]
    assert len(told(organization, "feature.created")) == 2


def test_a_changed_feature_keeps_the_privileges_that_are_not_named(api):
    change = {"name": "Places", "privileges": [{"code": "max", "name": "Most"}, {"code": "new"}]}
    feature = api.put("/features/seats", {"feature": change})["feature"]
    assert [each["code"] for each in feature["privileges"]] == ["max", "root", "region", "note", "new"]
    assert (feature["name"], feature["privileges"][0]["name"]) == ("Places", "Most")
    assert feature["privileges"][0]["value_type"] == "integer"


def test_a_deleted_privilege_and_feature_entitle_nobody(api, organization):
    entitle(api, {"seats": {"max": 10, "root": True}})
    api.delete("/features/seats/privileges/root")
    assert shown(api.get(SUBSCRIPTION)) == {"seats": {"max": 10}}
    assert api.delete("/features/seats")["feature"]["code"] == "seats"
    assert api.get(SUBSCRIPTION)["entitlements"] == []
    assert len(told(organization, "feature.deleted")) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "seats"}, "code"),
        ({"code": "x", "privileges": [{"code": "a"}, {"code": "a"}]}, "privilege.code"),
        ({"code": "x", "privileges": [{"code": "a", "value_type": "select"}]}, "privilege.config"),
        ({"code": "x", "privileges": [{"code": "a", "value_type": "float"}]}, "privileges.0.value_type"),
    ],
)
def test_what_is_no_feature_is_refused(api, body, field):
    assert list(api.post("/features", {"feature": body}, expect=422)["error_details"]) == [field]
    assert Feature.objects.count() == 2


def test_posting_replaces_a_plans_entitlements_and_patching_merges_them(api):
    entitle(api, {"seats": {"max": 10, "root": True}})
    merged = patch(api, "/plans/plan/entitlements", {"seats": {"max": "20"}, "analytics": {}})
    assert shown(merged) == {"seats": {"max": 20, "root": True}, "analytics": {}}
    assert shown(entitle(api, {"seats": {"region": "eu"}})) == {"seats": {"region": "eu"}}
    assert shown(entitle(api, {})) == {}


@pytest.mark.parametrize("values", [{"max": "ten"}, {"max": 1.5}, {"root": "yes"}, {"region": "asia"}, {"note": None}])
def test_a_value_is_of_its_privileges_type(api, values):
    refusal = entitle(api, {"seats": values}, expect=422)
    assert refusal["error_details"] == {"privilege.value": ["value_is_invalid"]}
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(
    ("entitlements", "code"), [({"x": {}}, "feature_not_found"), ({"seats": {"x": 1}}, "privilege_not_found")]
)
def test_what_is_entitled_to_must_exist(api, entitlements, code):
    assert entitle(api, entitlements, expect=404)["code"] == code


def test_parts_of_a_plans_entitlements_are_shown_and_taken_away(api):
    entitle(api, {"seats": {"max": 10, "root": False}, "analytics": {}})
    one = api.get("/plans/plan/entitlements/seats")["entitlement"]
    assert [each["value"] for each in one["privileges"]] == [10, False]
    left = api.delete("/plans/plan/entitlements/seats/privileges/root")["entitlement"]
    assert [each["code"] for each in left["privileges"]] == ["max"]
    api.delete("/plans/plan/entitlements/analytics")
    assert shown(api.get("/plans/plan/entitlements")) == {"seats": {"max": 10}}
    assert api.get("/plans/plan/entitlements/analytics", expect=404)["code"] == "entitlement_not_found"
    assert api.delete("/plans/plan/entitlements/seats/privileges/root", expect=404)["code"] == "privilege_not_found"


def test_a_subscription_has_its_plans_entitlements_with_its_own_over_them(api):
    entitle(api, {"seats": {"max": 10, "root": True}})
    answer = patch(api, SUBSCRIPTION, {"seats": {"max": 25}, "analytics": {}})
    assert shown(answer) == {"seats": {"max": 25, "root": True}, "analytics": {}}
    most = answer["entitlements"][0]["privileges"][0]
    assert (most["value"], most["plan_value"], most["override_value"]) == (25, 10, 25)
    assert answer["entitlements"][0]["overrides"] == {"max": 25}
    # The plan goes on: what is not overridden follows it.
    patch(api, "/plans/plan/entitlements", {"seats": {"max": 11, "root": False}})
    assert shown(api.get(SUBSCRIPTION))["seats"] == {"max": 25, "root": False}


def test_an_overridden_plan_has_the_entitlements_of_its_parent(api):
    entitle(api, {"seats": {"max": 10}})
    assert shown(api.get("/subscriptions/own/entitlements")) == {"seats": {"max": 10}}


def test_a_subscription_can_be_without_what_its_plan_entitles_to_until_it_is_given_again(api):
    entitle(api, {"seats": {"max": 10, "root": True}, "analytics": {}})
    assert shown(api.delete(f"{SUBSCRIPTION}/analytics")) == {"seats": {"max": 10, "root": True}}
    assert shown(api.delete(f"{SUBSCRIPTION}/seats/privileges/root")) == {"seats": {"max": 10}}
    assert api.delete(f"{SUBSCRIPTION}/analytics", expect=404)["code"] == "entitlement_not_found"
    given = patch(api, SUBSCRIPTION, {"analytics": {}, "seats": {"root": False}})
    assert shown(given) == {"seats": {"max": 10, "root": False}, "analytics": {}}


def make(model, **values):
    model.objects.bulk_create([model(**values)])


def test_the_database_keeps_features_and_entitlements_apart(api, organization):
    entitle(api, {"seats": {"max": 10}})
    own = Entitlement.objects.get()
    feature, stamp = own.feature, {"created_at": NOW, "updated_at": NOW}
    wrong = [
        ("feature_code_unique", Feature, {"organization": organization, "code": "seats", **stamp}),
        ("privilege_code_unique", Privilege, {"feature": feature, "code": "max", **stamp}),
        ("privilege_value_type_known", Privilege, {"feature": feature, "code": "x", "value_type": "x", **stamp}),
        ("privilege_options_of_select", Privilege, {"feature": feature, "code": "x", "value_type": "select", **stamp}),
        ("entitlement_has_one_owner", Entitlement, {"feature": feature, **stamp}),
        ("entitlement_once_per_plan", Entitlement, {"feature": feature, "plan": own.plan, **stamp}),
        ("entitlement_removed_of_subscription", Entitlement, {"feature": feature, "plan": own.plan, "removed": True}),
        ("entitlement_value_once", EntitlementValue, {"entitlement": own, "privilege": own.values.get().privilege}),
    ]
    for constraint, model, values in wrong:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make(model, **{**(stamp if model is Entitlement else {}), **values})


def test_a_subscription_is_entitled_to_a_feature_once(api):
    patch(api, SUBSCRIPTION, {"seats": {"max": 1}})
    own = Entitlement.objects.get()
    with pytest.raises(IntegrityError, match="entitlement_once_per_subscription"):
        make(Entitlement, feature=own.feature, subscription=own.subscription, created_at=NOW, updated_at=NOW)
