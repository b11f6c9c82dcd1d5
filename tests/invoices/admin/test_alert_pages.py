"""Alerts on subscriptions, made and changed in the console."""

from typing import Any

import pytest

from customers.models import Organization
from invoices.models import Alert
from tests.support.builders import an_organization
from tests.support.console import Console, errors_in, words
from tests.support.plans import a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db
ALERT = {"alert_type": "current_usage_amount", "code": "much", "name": "Much", "thresholds": "1000\n5000"}


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def values(alert: Alert) -> list[tuple[Any, bool]]:
    return [(int(each.value), each.recurring) for each in alert.thresholds.all()]


def test_an_alert_is_added_changed_and_deleted(organization: Organization) -> None:
    console, subscription = Console(organization), a_subscription(organization)
    console.press(subscription, "alert", **ALERT, recurring="2000")
    alert = Alert.objects.get()
    assert (alert.external_subscription_id, values(alert)) == (
        subscription.external_id,
        [(1000, False), (5000, False), (2000, True)],
    )
    assert "Much" in words(console.show(subscription, tab="thresholds"))
    assert "1000\n5000" in console.show(alert)
    console.submit("invoices_alert_change", alert.pk, code="more", name="More", thresholds="7000")
    alert.refresh_from_db()
    assert (alert.code, alert.alert_type, values(alert)) == ("more", "current_usage_amount", [(7000, False)])
    console.press(alert, "delete")
    console.show(alert, expect=404)


def test_an_alert_on_a_metric_names_it(organization: Organization) -> None:
    console, subscription, metric = Console(organization), a_subscription(organization), a_metric(organization)
    on_metric = {**ALERT, "alert_type": "billable_metric_current_usage_units"}
    refused = console.press(subscription, "alert", expect=200, **on_metric)
    assert "This one looks at a metric: choose it." in errors_in(refused.content.decode())
    console.press(subscription, "alert", **on_metric, billable_metric=metric.pk)
    assert Alert.objects.get().billable_metric == metric


@pytest.mark.parametrize("thresholds", ["", "many", "1e99", "5\n5", "NaN"])
def test_wrong_thresholds_are_refused(organization: Organization, thresholds: str) -> None:
    refused = Console(organization).press(
        a_subscription(organization), "alert", expect=200, **{**ALERT, "thresholds": thresholds}
    )
    assert errors_in(refused.content.decode())
    assert not Alert.objects.exists()


def test_alerts_of_another_organization_are_not_found(organization: Organization) -> None:
    strangers = an_organization("Strangers")
    Console(strangers).press(a_subscription(strangers), "alert", **ALERT)
    Console(organization).show(Alert.objects.get(), expect=404)
