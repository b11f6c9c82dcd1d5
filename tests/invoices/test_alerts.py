"""Alerts on the usage of subscriptions."""

import pytest
from django.db import IntegrityError

from invoices.models import Alert, AlertThreshold, TriggeredAlert
from invoices.services.usage_watch import watch_usage
from plans.services.subscription import create_subscription
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.webhooks import told

pytestmark = pytest.mark.django_db

START = instant("2024-01-01")
ALERTS = "/subscriptions/subscription/alerts"


@pytest.fixture
def organization():
    return an_organization(at=START)


@pytest.fixture
def api(organization):
    """A unit costs 2.00."""
    plan = a_plan(organization, "plan", charges=[a_charge(a_metric(organization), "2")])
    a_subscription(organization, plan, "subscription", external_customer_id="customer")
    return ApiClient(organization)


def an_alert(alert_type="current_usage_amount", *values, **fields):
    thresholds = [value if isinstance(value, dict) else {"value": value, "code": f"at-{value}"} for value in values]
    return {
        "alert": {"alert_type": alert_type, "code": "alert", "thresholds": thresholds or [{"value": 1000}], **fields}
    }


def use(organization, units, **fields):
    """The values of the alerts that this triggers."""
    before = set(TriggeredAlert.objects.values_list("id", flat=True))
    send(organization, an_event("tokens", units, **fields))
    watch_usage(organization=organization, at=organization.now())
    return [int(each.current_value) for each in TriggeredAlert.objects.exclude(id__in=before)]


def test_passing_a_threshold_is_told_once(organization, api):
    api.post(ALERTS, an_alert("current_usage_amount", 1000, 5000))
    assert use(organization, 4) == []
    assert use(organization, 1) == [1000]
    assert use(organization, 1) == []
    (message,) = told(organization, "alert.triggered")
    triggered = message["triggered_alert"]
    assert triggered["crossed_thresholds"] == [{"code": "at-1000", "value": "1000.0", "recurring": False}]
    assert (triggered["previous_value"], triggered["current_value"]) == ("800.0", "1000.0")


@pytest.mark.parametrize(
    ("alert_type", "threshold", "fields"),
    [
        ("current_usage_amount", 1000, {}),
        ("billable_metric_current_usage_amount", 1000, {"billable_metric_code": "tokens"}),
        ("billable_metric_current_usage_units", 5, {"billable_metric_code": "tokens"}),
        ("lifetime_usage_amount", 1000, {}),
        ("billable_metric_lifetime_usage_units", 5, {"billable_metric_code": "tokens"}),
    ],
)
def test_every_type_looks_at_its_own_value(organization, api, alert_type, threshold, fields):
    api.post(ALERTS, an_alert(alert_type, threshold, **fields))
    assert use(organization, 4) == []
    assert use(organization, 1) == [threshold]


def test_usage_of_other_metrics_does_not_count_for_an_alert_on_one(organization, api):
    a_metric(organization, "calls")
    api.post(ALERTS, an_alert("billable_metric_current_usage_units", 5, billable_metric_code="calls"))
    assert use(organization, 10) == []


def test_a_new_period_begins_with_nothing_but_a_lifetime_goes_on(organization, api):
    api.post(ALERTS, an_alert("current_usage_amount", 1000))
    lifetime = an_alert("lifetime_usage_amount", 1000, 2500)
    api.post(ALERTS, {"alert": {**lifetime["alert"], "code": "lifetime"}})
    assert use(organization, 5) == [1000, 1000]
    bill(organization, at=instant("2024-02-02"))
    # 16.00 this month, 26.00 in all.
    assert sorted(use(organization, 8)) == [1600, 2600]


def test_an_alert_follows_its_external_id_through_a_change_of_plan(organization, api):
    api.post(ALERTS, an_alert("current_usage_amount", 1000))
    dearer = a_plan(organization, "dearer", amount_cents=9000, charges=[a_charge(a_metric(organization, "calls"), "2")])
    organization.change(at=instant("2024-01-05"), test_clock_at=instant("2024-01-05"))
    create_subscription(
        organization=organization,
        at=organization.now(),
        external_customer_id="customer",
        plan_code=dearer.code,
        external_id="subscription",
    )
    organization.change(at=instant("2024-01-06"), test_clock_at=instant("2024-01-06"))
    send(organization, an_event("calls", 6))
    assert watch_usage(organization=organization, at=organization.now()).alerts_triggered == 1


def test_an_alert_is_shown_changed_and_deleted(organization, api):
    created = api.post(ALERTS, an_alert("current_usage_amount", 1000, name="Budget"))["alert"]
    assert (created["direction"], created["previous_value"], created["last_processed_at"]) == (
        "increasing",
        "0.0",
        None,
    )
    assert api.get(f"{ALERTS}/alert")["alert"] == created
    change = {"alert": {"name": "Less", "thresholds": [{"value": "7.5", "recurring": True}]}}
    changed = api.put(f"{ALERTS}/alert", change)["alert"]
    assert changed["name"] == "Less"
    assert changed["thresholds"] == [{"code": None, "value": "7.5", "recurring": True}]
    assert api.delete(f"{ALERTS}/alert")["alert"]["code"] == "alert"
    assert api.get(f"{ALERTS}/alert", expect=404)["code"] == "alert_not_found"
    assert use(organization, 100) == []


def test_several_at_once_are_all_created_or_none(organization, api):
    one, two = an_alert()["alert"], {**an_alert("lifetime_usage_amount")["alert"], "code": "two"}
    both = api.post(ALERTS, {"alerts": [one, two]})["alerts"]
    assert [each["code"] for each in both] == ["alert", "two"]
    third = {**an_alert()["alert"], "code": "three"}
    refusal = api.post(ALERTS, {"alerts": [{**two, "code": "four", "alert_type": "x"}, third]}, expect=422)
    assert refusal["error_details"] == {"0": {"alert_type": ["value_is_invalid"]}}
    assert api.get(ALERTS)["meta"]["total_count"] == 2
    assert len(api.delete(ALERTS)["alerts"]) == 2
    assert api.get(ALERTS)["alerts"] == []


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (an_alert("nonsense", 1), {"alert_type": ["value_is_invalid"]}),
        (an_alert("current_usage_amount", 5, 5), {"thresholds:value": ["duplicate_threshold_values"]}),
        (an_alert("current_usage_amount", *range(1, 22)), {"thresholds": ["too_many_thresholds"]}),
        (an_alert(thresholds=[]), {"thresholds": ["value_is_mandatory"]}),
        (
            an_alert("current_usage_amount", {"value": 0, "recurring": True}),
            {"thresholds:value": ["value_is_out_of_range"]},
        ),
        (an_alert("current_usage_amount", {"code": "x"}), {"thresholds.0.value": ["value_is_mandatory"]}),
    ],
)
def test_what_is_no_alert_is_refused(api, body, details):
    assert api.post(ALERTS, body, expect=422)["error_details"] == details
    assert not Alert.objects.exists()


def test_a_code_and_a_type_belong_to_one_alert_of_a_subscription(api):
    api.post(ALERTS, an_alert())
    taken = api.post(ALERTS, an_alert("lifetime_usage_amount"), expect=422)
    assert taken["error_details"] == {"code": ["value_already_exist"]}
    again = api.post(ALERTS, {"alert": {**an_alert()["alert"], "code": "other"}}, expect=422)
    assert again["error_details"] == {"base": ["alert_already_exists"]}


def test_an_alert_on_a_metric_needs_one_that_exists(api):
    refusal = api.post(ALERTS, an_alert("billable_metric_current_usage_units", 5), expect=404)
    assert refusal["code"] == "billable_metric_not_found"


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"alert_type": "x"}, "alert_alert_type_known"),
        ({"direction": "sideways"}, "alert_direction_known"),
        ({"alert_type": "billable_metric_current_usage_units"}, "alert_of_metric_names_it"),
    ],
)
def test_the_database_knows_what_an_alert_is(organization, values, constraint):
    usual = {"external_subscription_id": "s", "alert_type": "current_usage_amount", "code": "c", "created_at": START}
    with pytest.raises(IntegrityError, match=constraint):
        Alert.objects.create(organization=organization, **{**usual, **values})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"value": 1000}, "alert_threshold_once"),
        ({"value": 0, "recurring": True}, "alert_threshold_recurring_value_gt_0"),
    ],
)
def test_the_database_knows_what_a_threshold_is(api, values, constraint):
    api.post(ALERTS, an_alert("current_usage_amount", 1000))
    with pytest.raises(IntegrityError, match=constraint):
        AlertThreshold.objects.create(alert=Alert.objects.get(), **values)


def test_one_threshold_of_an_alert_recurs(api):
    api.post(ALERTS, an_alert("current_usage_amount", {"value": 5, "recurring": True}))
    with pytest.raises(IntegrityError, match="alert_threshold_one_recurring"):
        AlertThreshold.objects.create(alert=Alert.objects.get(), value=6, recurring=True)


WALLET_ALERTS = "/customers/customer/wallets/prepaid/alerts"


@pytest.fixture
def wallet(api):
    """100.00 in 50 credits."""
    fields = {"external_customer_id": "customer", "code": "prepaid", "name": "Prepaid", "currency": "EUR"}
    return api.post("/wallets", {"wallet": {**fields, "rate_amount": "2", "granted_credits": "50"}})["wallet"]


@pytest.mark.parametrize(
    ("alert_type", "threshold", "value"),
    [
        ("wallet_balance_amount", 4000, "4000.0"),
        ("wallet_credits_balance", 20, "20.0"),
        ("wallet_ongoing_balance_amount", 4000, "4000.0"),
        ("wallet_credits_ongoing_balance", 20, "20.0"),
    ],
)
def test_a_wallet_tells_when_it_falls_to_a_threshold(organization, api, wallet, alert_type, threshold, value):
    created = api.post(WALLET_ALERTS, an_alert(alert_type, threshold))["alert"]
    assert (created["direction"], created["wallet_code"]) == ("decreasing", "prepaid")
    void = {"wallet_transaction": {"wallet_id": wallet["lago_id"], "voided_credits": "30"}}
    api.post("/wallet_transactions", void)
    bill(organization, at=instant("2024-01-02"))
    (message,) = told(organization, "alert.triggered")
    triggered = message["triggered_alert"]
    # 100.00 less 30 credits at 2.00
    assert (triggered["current_value"], triggered["alert_type"]) == (value, alert_type)
    assert (triggered["wallet_code"], triggered["external_customer_id"]) == ("prepaid", "customer")
    bill(organization, at=instant("2024-01-03"))
    assert len(told(organization, "alert.triggered")) == 1


def test_wallets_and_subscriptions_have_alerts_of_their_own_types(api, wallet):
    refusal = api.post(WALLET_ALERTS, an_alert("current_usage_amount", 1), expect=422)
    assert refusal["error_details"] == {"alert_type": ["value_is_invalid"]}
    api.post(ALERTS, an_alert("wallet_balance_amount", 1), expect=422)


def test_alerts_of_a_wallet_are_shown_changed_and_deleted(api, wallet):
    api.post(WALLET_ALERTS, an_alert("wallet_balance_amount", 10))
    other = {**an_alert("wallet_balance_amount", 5)["alert"], "code": "x"}
    again = api.post(WALLET_ALERTS, {"alert": other}, expect=422)
    assert again["error_details"] == {"base": ["alert_already_exists"]}
    assert api.put(f"{WALLET_ALERTS}/alert", {"alert": {"name": "Low"}})["alert"]["name"] == "Low"
    assert len(api.get(WALLET_ALERTS)["alerts"]) == 1
    assert api.get(ALERTS)["alerts"] == []
    api.delete(WALLET_ALERTS)
    assert api.get(f"{WALLET_ALERTS}/alert", expect=404)["code"] == "alert_not_found"
