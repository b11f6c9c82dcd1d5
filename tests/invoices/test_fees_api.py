"""Fees over the API: how those without an invoice were paid, and what belongs together."""

import pytest

from invoices.models import Fee
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def a_fee(organization, api, **charge):
    """Of one event, on no invoice."""
    charge = a_charge(a_metric(organization), "1", pay_in_advance=True, invoiceable=False, **charge)
    a_subscription(organization, a_plan(organization, amount_cents=0, charges=[charge]), "sub")
    send(organization, an_event(value=3, external_subscription_id="sub"))
    (fee,) = api.get("/fees")["fees"]
    return fee


def test_the_payment_of_a_fee_without_an_invoice_is_recorded(organization, api):
    fee = a_fee(organization, api)
    assert (fee["payment_status"], fee["lago_invoice_id"], fee["invoiceable"]) == ("pending", None, False)
    later = instant("2024-01-05")
    organization.change(at=later, test_clock_at=later)

    paid = api.put(f"/fees/{fee['lago_id']}", {"fee": {"payment_status": "succeeded"}})["fee"]
    returned = api.put(f"/fees/{fee['lago_id']}", {"fee": {"payment_status": "refunded"}})["fee"]

    assert (paid["payment_status"], paid["succeeded_at"]) == ("succeeded", "2024-01-05T00:00:00Z")
    assert (returned["succeeded_at"], returned["refunded_at"]) == ("2024-01-05T00:00:00Z", "2024-01-05T00:00:00Z")


def test_a_fee_without_an_invoice_is_deleted(organization, api):
    fee = a_fee(organization, api)

    assert api.delete(f"/fees/{fee['lago_id']}")["fee"]["lago_id"] == fee["lago_id"]

    api.get(f"/fees/{fee['lago_id']}", expect=404)


def test_a_fee_on_an_invoice_is_left_alone(organization, api):
    a_subscription(organization)
    bill(organization, at=instant("2024-02-01"))
    path = f"/fees/{Fee.objects.get().id}"

    for answer in (
        api.put(path, {"fee": {"payment_status": "succeeded"}}, expect=405),
        api.delete(path, expect=405),
    ):
        assert answer["code"] == "invoiced_fee"


def test_refusals(organization, api):
    path = f"/fees/{a_fee(organization, api)['lago_id']}"

    api.put(path, {"fee": {"payment_status": "lost"}}, expect=422)
    api.put(path, {"fee": {"other": 1}}, expect=422)
    api.put("/fees/nothing", {"fee": {"payment_status": "failed"}}, expect=404)
    stranger = ApiClient(an_organization("Stranger"))
    stranger.put(path, {"fee": {"payment_status": "failed"}}, expect=404)
    stranger.delete(path, expect=404)


def test_a_fee_and_what_it_lacks_to_the_minimum_know_each_other(organization, api):
    charge = a_charge(a_metric(organization), "1", min_amount_cents=1000)
    a_subscription(organization, a_plan(organization, amount_cents=0, charges=[charge]), "sub")
    send(organization, an_event(value=3, external_subscription_id="sub"))
    bill(organization, at=instant("2024-02-01"))

    fee, true_up = sorted(api.get("/fees", **{"fee_type[]": "charge"})["fees"], key=lambda each: each["amount_cents"])

    # 10.00 less 3.00
    assert (fee["amount_cents"], true_up["amount_cents"]) == (300, 700)
    assert (fee["lago_true_up_fee_id"], fee["lago_true_up_parent_fee_id"]) == (true_up["lago_id"], None)
    assert (true_up["lago_true_up_fee_id"], true_up["lago_true_up_parent_fee_id"]) == (None, fee["lago_id"])
