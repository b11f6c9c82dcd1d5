"""lago-python-client, unchanged, through the whole loop against a running server."""

import json

import jwt
import pytest
from lago_python_client.client import Client
from lago_python_client.exceptions import LagoApiError
from lago_python_client.models import (
    BatchEvent,
    BillableMetric,
    Charge,
    Charges,
    Customer,
    CustomerBillingConfiguration,
    Event,
    Invoice,
    InvoiceMetadata,
    InvoiceMetadataList,
    Organization,
    Plan,
    Subscription,
    Tax,
    WebhookEndpoint,
)

from tests.clients import story
from tests.support.webhooks import a_receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lago(account) -> Client:
    return Client(api_key=account.api_key, api_url=account.url)


@pytest.fixture
def subscribed(lago) -> Client:
    """Acme, taxed, with three days of grace, subscribed to the plan of the story."""
    lago.taxes.create(Tax(name="VAT", code="vat", rate=20.0))
    grace = CustomerBillingConfiguration(invoice_grace_period=3)
    lago.customers.create(
        Customer(external_id="acme", name="Acme", currency="EUR", tax_codes=["vat"], billing_configuration=grace)
    )
    lago.plans.create(a_plan([a_charge(lago, code) for code in story.METRICS]))
    lago.subscriptions.create(Subscription(external_customer_id="acme", plan_code="scale", external_id="sub"))
    return lago


def a_charge(lago: Client, code: str) -> Charge:
    aggregation, field = story.METRICS[code]
    metric = BillableMetric(name=code.title(), code=code, aggregation_type=aggregation, field_name=field)
    model, properties = story.PRICES[code]
    created = lago.billable_metrics.create(metric)
    return Charge(billable_metric_id=created.lago_id, charge_model=model, properties=properties)


def a_plan(charges: list[Charge]) -> Plan:
    return Plan(
        name="Scale",
        code="scale",
        interval="monthly",
        amount_cents=4900,
        amount_currency="EUR",
        charges=Charges(__root__=charges),
    )


def send_usage(lago: Client) -> None:
    """The first event alone, the others in one batch."""
    first, *others = [Event(**event) for event in story.events("sub")]
    assert lago.events.create(first).transaction_id == first.transaction_id
    assert lago.events.batch_create(BatchEvent(events=others)) is None


def test_the_catalogue_comes_back_as_it_was_sent(subscribed):
    plan = subscribed.plans.find("scale")
    assert (plan.amount_cents, plan.amount_currency, plan.interval, plan.pay_in_advance) == (
        4900,
        "EUR",
        "monthly",
        False,
    )
    charges = {charge.billable_metric_code: charge for charge in plan.charges.__root__}
    for code, (model, properties) in story.PRICES.items():
        assert charges[code].charge_model == model
        assert charges[code].properties == properties
    assert subscribed.billable_metrics.find("users").aggregation_type == "unique_count_agg"
    assert [each.code for each in subscribed.plans.find_all()["plans"]] == ["scale"]

    subscription = subscribed.subscriptions.find("sub")
    assert (subscription.status, subscription.billing_time) == ("active", "calendar")
    assert subscription.started_at == "2024-01-01T00:00:00.000Z"
    assert subscription.current_billing_period_ending_at == "2024-01-31T23:59:59Z"
    assert [each.external_id for each in subscribed.subscriptions.find_all()["subscriptions"]] == ["sub"]


def test_usage_is_counted_as_it_arrives(subscribed):
    send_usage(subscribed)

    event = subscribed.events.find("event-1")
    assert event.properties == {"value": 234.5}
    assert event.timestamp == "2024-01-10T00:00:01.000Z"

    usage = subscribed.customers.current_usage("acme", "sub")
    assert (usage.from_datetime, usage.to_datetime) == ("2024-01-01T00:00:00Z", "2024-01-31T23:59:59Z")
    shown = {each.billable_metric.code: each for each in usage.charges_usage}
    assert {code: each.units for code, each in shown.items()} == story.UNITS
    assert {code: each.amount_cents for code, each in shown.items()} == story.CENTS
    assert (usage.amount_cents, usage.taxes_amount_cents, usage.total_amount_cents) == (
        story.USAGE_CENTS,
        story.USAGE_TAXES_CENTS,
        story.USAGE_TOTAL_CENTS,
    )
    untaxed = subscribed.customers.current_usage("acme", "sub", apply_taxes="false")
    assert (untaxed.taxes_amount_cents, untaxed.total_amount_cents) == (0, story.USAGE_CENTS)


def test_a_month_becomes_a_draft_that_is_refreshed_finalized_and_paid(subscribed, account):
    send_usage(subscribed)
    assert account.move_clock("2024-02-01T00:00:00Z")["invoices_created"] == 1

    (draft,) = subscribed.invoices.find_all({"status[]": ["draft"]})["invoices"]
    assert (draft.total_amount_cents, draft.customer.external_id) == (story.TOTAL_CENTS, "acme")
    late = {**story.events("sub")[0], "transaction_id": "late"}
    subscribed.events.create(Event(**late))
    # 2234.5 × 0.0025 = 5.58625, 250 more than before; 20 % of 7209 = 1441.8
    assert subscribed.invoices.refresh(draft.lago_id).total_amount_cents == 7209 + 1442

    invoice = subscribed.invoices.finalize(draft.lago_id)
    assert (invoice.status, invoice.payment_status, invoice.issuing_date) == ("finalized", "pending", "2024-02-01")
    assert invoice.number.endswith("-001-001")
    assert (invoice.fees_amount_cents, invoice.taxes_amount_cents) == (7209, 1442)
    assert invoice.total_due_amount_cents == invoice.total_amount_cents == 8651
    (period,) = invoice.billing_periods.__root__
    assert (period.charges_from_datetime, period.charges_to_datetime) == (
        "2024-01-01T00:00:00Z",
        "2024-01-31T23:59:59Z",
    )
    # each answer signs the link to its document anew, with the second
    found = subscribed.invoices.find(draft.lago_id)
    assert found.dict(exclude={"file_url"}) == invoice.dict(exclude={"file_url"})
    assert found.file_url.split(":")[:-2] == invoice.file_url.split(":")[:-2]
    assert subscribed.invoices.download(draft.lago_id).lago_id == draft.lago_id

    note = InvoiceMetadataList(__root__=[InvoiceMetadata(key="po", value="4711")])
    paid = subscribed.invoices.update(Invoice(payment_status="succeeded", metadata=note), draft.lago_id)
    assert (paid.payment_status, paid.metadata.__root__[0].value) == ("succeeded", "4711")


def test_the_fees_say_what_was_used_at_what_price(subscribed, account):
    send_usage(subscribed)
    account.move_clock("2024-02-04T00:00:00Z")

    (invoice,) = subscribed.invoices.find_all({"status[]": ["finalized"], "external_customer_id": "acme"})["invoices"]
    assert (invoice.fees_amount_cents, invoice.taxes_amount_cents, invoice.total_amount_cents) == (
        story.FEES_CENTS,
        story.TAXES_CENTS,
        story.TOTAL_CENTS,
    )
    (tax,) = invoice.applied_taxes.__root__
    assert (tax.tax_code, tax.tax_rate, tax.amount_cents) == ("vat", 20.0, story.TAXES_CENTS)

    fees = {fee.item.code: fee for fee in subscribed.fees.find_all({"external_customer_id": "acme"})["fees"]}
    assert {code: fee.amount_cents for code, fee in fees.items()} == {"scale": 4900, **story.CENTS}
    assert {code: fees[code].units for code in story.UNITS} == story.UNITS
    tokens = subscribed.fees.find(fees["tokens"].lago_id)
    # 20 % of 3.09; the exact amount keeps what was rounded off.
    assert (tokens.precise_amount, tokens.precise_unit_amount, tokens.taxes_amount_cents) == ("3.08625", "0.0025", 62)
    assert (tokens.item.type, tokens.item.item_type) == ("charge", "BillableMetric")


def test_a_refusal_is_an_error_with_its_details(subscribed):
    event = Event(**story.events("sub")[0])
    subscribed.events.create(event)

    refusals = {
        "single": lambda: subscribed.events.create(event),
        "batch": lambda: subscribed.events.batch_create(BatchEvent(events=[event])),
        "plan": lambda: subscribed.plans.create(Plan(name="Twice", code="scale")),
        "nothing": lambda: subscribed.invoices.find("11111111-1111-1111-1111-111111111111"),
    }
    answers = {name: refusal_of(call) for name, call in refusals.items()}

    assert answers["single"] == (422, {"transaction_id": ["value_already_exist"]})
    assert answers["batch"] == (422, {"0": {"transaction_id": ["value_already_exist"]}})
    status, details = answers["plan"]
    assert (status, details["interval"]) == (422, ["value_is_mandatory"])
    assert answers["nothing"] == (404, None)


def refusal_of(call) -> tuple[int, object]:
    with pytest.raises(LagoApiError) as refused:
        call()
    return refused.value.status_code, refused.value.response.get("error_details")


def test_a_wrong_key_is_unauthorized(account):
    with pytest.raises(LagoApiError) as refused:
        Client(api_key="wrong", api_url=account.url).customers.find_all()
    assert (refused.value.status_code, refused.value.response) == (401, {"status": 401, "error": "Unauthorized"})


def test_lists_come_in_pages(lago):
    assert lago.customers.find_all()["meta"] == {
        "current_page": 0,
        "next_page": None,
        "prev_page": None,
        "total_pages": 0,
        "total_count": 0,
    }
    for name in ("one", "two", "three"):
        lago.customers.create(Customer(external_id=name))

    second = lago.customers.find_all({"page": 2, "per_page": 2})
    assert len(second["customers"]) == 1
    assert second["meta"] == {
        "current_page": 2,
        "next_page": None,
        "prev_page": 1,
        "total_pages": 2,
        "total_count": 3,
    }


def test_settings_and_portal(lago):
    changed = lago.organizations.update(Organization(default_currency="EUR", timezone="Europe/Paris"))
    assert (changed.name, changed.timezone) == ("Acme", "Europe/Paris")
    lago.customers.create(Customer(external_id="acme"))
    assert lago.customers.find("acme").applicable_timezone == "Europe/Paris"
    assert "/portal/" in lago.customers.portal_url("acme")


def test_a_subscription_that_ends_is_billed_for_its_days(subscribed, account):
    account.move_clock("2024-01-10T12:00:00Z")

    ended = subscribed.subscriptions.destroy("sub")
    assert (ended.status, ended.terminated_at) == ("terminated", "2024-01-10T12:00:00Z")
    (draft,) = subscribed.invoices.find_all()["invoices"]
    # 10 of 31 days of 49.00: 15.806...; the graduated price starts at 1.00, the volume price at nothing.
    assert draft.fees_amount_cents == 1581 + 100
    assert refusal_of(lambda: subscribed.customers.current_usage("acme", "sub"))[0] == 405


def test_webhooks_are_registered_delivered_and_verified(lago, settings):
    settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = True
    with a_receiver() as receiver:
        wanted = WebhookEndpoint(
            webhook_url=receiver.url, signature_algo="jwt", event_types=["tax.*", "customer.created"]
        )
        with pytest.raises(LagoApiError):
            lago.webhook_endpoints.create(wanted)
        endpoint = lago.webhook_endpoints.create(wanted.copy(update={"event_types": ["customer.created"]}))
        assert lago.webhook_endpoints.find(endpoint.lago_id).event_types == ["customer.created"]
        lago.customers.create(Customer(external_id="acme", name="Acme"))
        [(headers, body)] = receiver.received
    claims = jwt.decode(headers["X-Lago-Signature"], lago.webhooks.public_key(), algorithms=["RS256"])
    assert claims["data"].encode() == body
    assert json.loads(body)["customer"]["external_id"] == "acme"
    assert lago.webhook_endpoints.destroy(endpoint.lago_id).lago_id == endpoint.lago_id
