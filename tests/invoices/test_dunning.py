"""Dunning: what is overdue is asked for again and again, until it is paid or the campaign is over."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from customers.models import Customer
from customers.services.billing_entity import create_billing_entity
from customers.services.customer import create_or_update_customer
from invoices.models import (
    DunningCampaign,
    DunningProgress,
    DunningThreshold,
    Payment,
    PaymentAllocation,
    PaymentClaim,
    PaymentRequest,
    PaymentStatus,
    PaymentType,
)
from invoices.services.dispute import lose_dispute
from invoices.services.dunning import work_on_dunning
from invoices.services.dunning_campaign import create_campaign, set_customer_dunning
from invoices.services.invoice import mark_overdue, update_invoice
from invoices.services.payment import Part, record_payment
from invoices.services.test_clock import advance_test_clock
from invoices.services.void import void_invoice
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-03-10"))


@pytest.fixture
def customer(organization):
    return a_customer(organization, "acme", email="pay@acme.test")


def a_campaign(organization, code="friendly", *, default=True, **fields):
    """3 times, every 7 days, from 100.00 EUR on, for all customers of the default billing entity."""
    entity = organization.billing_entities.get(is_default=True)
    values = {
        "name": code,
        "max_attempts": 3,
        "days_between_attempts": 7,
        "thresholds": {"EUR": 10000},
        "billing_entity_codes": [entity.code] if default else [],
        **fields,
    }
    return create_campaign(organization=organization, code=code, at=organization.now(), **values)


def asked(organization):
    """When and for how much."""
    requests = PaymentRequest.objects.filter(organization=organization).order_by("created_at", "id")
    return [(f"{each.created_at:%m-%d}", each.amount_cents) for each in requests]


def issued_by(customer, code):
    at = customer.organization.now()
    values = {"external_id": customer.external_id, "billing_entity_code": code}
    create_or_update_customer(organization=customer.organization, at=at, **values)


def move(organization, to):
    advance_test_clock(organization=organization, to=instant(to))


def test_a_customer_is_asked_until_the_campaign_is_over(organization, customer):
    a_campaign(organization)
    an_invoice(customer, 10000)

    move(organization, "2024-05-01")

    # Overdue from the 11th on, then every 7 days, three times.
    assert asked(organization) == [("03-11", 10000), ("03-18", 10000), ("03-25", 10000)]
    messages = ApiClient(organization).get("/webhook_messages", webhook_type="dunning_campaign.finished")
    (message,) = messages["webhook_messages"]
    assert message["payload"]["dunning_campaign"] == {
        "external_customer_id": "acme",
        "dunning_campaign_code": "friendly",
        "overdue_balance_cents": 10000,
        "overdue_balance_currency": "EUR",
    }


def test_nobody_is_asked_below_the_threshold_or_in_another_currency(organization, customer):
    a_campaign(organization)
    an_invoice(customer, 9999)
    an_invoice(customer, 50000, currency="USD")

    move(organization, "2024-03-20")
    assert asked(organization) == []

    # One cent more, overdue a day later.
    an_invoice(Customer.objects.get(pk=customer.pk), 1)
    move(organization, "2024-03-22")
    assert asked(organization) == [("03-21", 10000)]


def test_a_payment_lets_it_begin_anew(organization, customer):
    a_campaign(organization)
    paid, rest = an_invoice(customer, 5000), an_invoice(customer, 20000)
    move(organization, "2024-03-12")
    assert DunningProgress.objects.get().attempts == 1

    record_payment(organization=organization, parts=[Part(paid.id, 5000)], reference="transfer", at=organization.now())
    assert not DunningProgress.objects.exists()
    bill(organization, at=instant("2024-03-12T01:00:00Z"))

    assert asked(organization) == [("03-11", 25000), ("03-12", rest.total_amount_cents)]


def test_the_sum_counts_everything_but_a_request_is_in_one_issuers_name(organization, customer):
    create_billing_entity(organization=organization, code="other", name="Other", at=organization.now())
    a_campaign(organization)
    an_invoice(customer, 4000)
    issued_by(customer, "other")
    an_invoice(customer, 6000)
    issued_by(customer, "")

    move(organization, "2024-03-12")

    # 40.00 + 60.00 reach 100.00; asked for are the 40.00 of the customer's own billing entity (3-P7).
    assert asked(organization) == [("03-11", 4000)]


def test_customers_can_have_another_campaign_or_none(organization, customer):
    a_campaign(organization)
    strict = a_campaign(organization, "strict", default=False, thresholds={"EUR": 100}, max_attempts=1)
    small, silent, mute = (
        a_customer(organization, name, email=email)
        for name, email in (("small", "a@small.test"), ("silent", "b@silent.test"), ("mute", ""))
    )
    set_customer_dunning(customer=small, campaign=strict)
    set_customer_dunning(customer=silent, is_excluded=True)
    an_invoice(small, 200)
    an_invoice(silent, 90000)
    an_invoice(mute, 90000)

    move(organization, "2024-04-01")

    assert asked(organization) == [("03-11", 200)]


def test_the_organizations_campaign_is_for_who_has_no_other(organization, customer):
    a_campaign(organization, "entity", thresholds={"EUR": 50000})
    a_campaign(organization, "everybody", default=False, applied_to_organization=True, max_attempts=1)
    create_billing_entity(organization=organization, code="other", name="Other", at=organization.now())
    of_other = a_customer(organization, "beta", email="b@beta.test", billing_entity_code="other")
    for each in (customer, of_other):
        an_invoice(each, 20000)

    move(organization, "2024-03-12")

    # 200.00 are not 500.00, but more than the 100.00 of everybody else.
    assert [each.customer.external_id for each in PaymentRequest.objects.all()] == ["beta"]
    newer = a_campaign(organization, "newer", default=False, applied_to_organization=True)
    assert DunningCampaign.objects.get(applied_to_organization=True) == newer


def test_a_finished_campaign_begins_anew_when_something_was_paid_or_disputed(organization, customer):
    a_campaign(organization, max_attempts=1)
    lost, rest = an_invoice(customer, 5000), an_invoice(customer, 20000)
    move(organization, "2024-03-20")
    assert asked(organization) == [("03-11", 25000)]

    lose_dispute(invoice=lost, at=organization.now())
    move(organization, "2024-04-20")

    assert asked(organization)[1:] == [("04-20", 20000)]
    update_invoice(invoice=rest, changes={"payment_status": "failed"}, at=organization.now())
    assert DunningProgress.objects.get().attempts == 1
    void_invoice(invoice=rest, at=organization.now())
    assert not DunningProgress.objects.exists()


def test_who_is_just_paying_is_not_asked(organization, customer):
    a_campaign(organization)
    invoice = an_invoice(customer, 10000)
    payment = Payment.objects.create(
        organization=organization,
        customer=customer,
        amount_cents=10000,
        amount_currency="EUR",
        payment_type=PaymentType.PROVIDER,
        payment_status=PaymentStatus.PENDING,
        paid_at=organization.now(),
        created_at=organization.now(),
    )
    PaymentAllocation.objects.create(
        payment=payment, invoice=invoice, amount_cents=10000, created_at=organization.now()
    )
    PaymentClaim.objects.create(payment=payment, invoice=invoice)

    move(organization, "2024-03-12")

    assert asked(organization) == []


def test_copies_go_to_the_addresses_of_the_campaign(customer):
    at = timezone.now()
    live = an_organization("Live", sandbox=False, at=at)
    acme = a_customer(live, "acme", email="pay@acme.test", at=at)
    a_campaign(live, bcc_emails=["boss@acme.test"])
    an_invoice(acme)
    mark_overdue(organization=live, at=at + timedelta(days=2))

    assert work_on_dunning(organization=live, at=at + timedelta(days=2)) == 1

    (queued,) = (each.task for each in OrmQ.objects.all())
    assert queued["func"] == "invoices.tasks.mail_request"
    import_string(queued["func"])(*queued["args"])
    assert (mail.outbox[0].to, mail.outbox[0].bcc) == (["pay@acme.test"], ["boss@acme.test"])


def test_a_batch_costs_as_much_as_one(organization, customer):
    a_campaign(organization)
    an_invoice(customer)
    for number in range(4):
        an_invoice(a_customer(organization, f"other-{number}", email="a@b.test"))
    mark_overdue(organization=organization, at=instant("2024-03-12"))

    with CaptureQueriesContext(connection) as queries:
        assert work_on_dunning(organization=organization, at=instant("2024-03-12")) == 5

    # Two looks for whom to ask, five locks and reads of the batch, five writes, two webhooks.
    assert len(queries) < 40


def test_doing_it_twice_asks_once(organization, customer):
    a_campaign(organization)
    an_invoice(customer, 10000)
    move(organization, "2024-03-12")

    assert work_on_dunning(organization=organization, at=organization.now()) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_once(organization, customer):
    an_invoice(customer, 10000)
    bill(organization, at=instant("2024-03-12"))
    a_campaign(organization)

    def work():
        return work_on_dunning(organization=organization, at=organization.now())

    assert sorted(at_once(work, work)) == [0, 1]


def test_campaigns_over_the_api(organization, customer):
    api = ApiClient(organization)
    entity = organization.billing_entities.get()
    body = {
        "code": "friendly",
        "name": "Friendly",
        "max_attempts": 2,
        "days_between_attempts": 5,
        "bcc_emails": ["boss@acme.test"],
        "thresholds": [{"currency": "EUR", "amount_cents": 100}],
        "billing_entity_codes": [entity.code],
    }

    made = api.post("/dunning_campaigns", {"dunning_campaign": body})["dunning_campaign"]
    changed = api.put("/dunning_campaigns/friendly", {"dunning_campaign": {"max_attempts": 4}})["dunning_campaign"]

    assert {name: made[name] for name in body} == body
    assert (changed["max_attempts"], changed["thresholds"]) == (4, body["thresholds"])
    assert api.get("/dunning_campaigns")["dunning_campaigns"] == [changed]
    settings = api.put("/customers/acme/dunning", {"dunning": {"dunning_campaign_code": "friendly"}})["dunning"]
    assert settings == {
        "external_customer_id": "acme",
        "dunning_campaign_code": "friendly",
        "exclude_from_dunning_campaign": False,
    }
    api.delete("/dunning_campaigns/friendly")
    api.get("/dunning_campaigns/friendly", expect=404)


def test_refusals(organization, customer):
    api = ApiClient(organization)
    threshold = {"currency": "EUR", "amount_cents": 100}
    good = {"code": "c", "name": "C", "thresholds": [threshold]}
    refused: tuple[dict[str, object], ...] = (
        {"thresholds": []},
        {"thresholds": [threshold, threshold]},
        {"max_attempts": 0},
        {"days_between_attempts": 0},
        {"bcc_emails": ["nobody"]},
    )
    for wrong in refused:
        api.post("/dunning_campaigns", {"dunning_campaign": {**good, **wrong}}, expect=422)
    unknown = {**good, "billing_entity_codes": ["other"]}
    assert api.post("/dunning_campaigns", {"dunning_campaign": unknown}, expect=404)["code"] == (
        "billing_entity_not_found"
    )
    api.put("/customers/acme/dunning", {"dunning": {"dunning_campaign_code": "c"}}, expect=404)
    assert not DunningCampaign.objects.exists()


@pytest.mark.parametrize(
    ("model", "constraint", "change"),
    [
        (DunningCampaign, "dunning_campaign_max_attempts_gte_1", {"max_attempts": 0}),
        (DunningCampaign, "dunning_campaign_days_between_attempts_gte_1", {"days_between_attempts": 0}),
        (DunningThreshold, "dunning_threshold_amount_cents_gt_0", {"amount_cents": 0}),
        (DunningProgress, "dunning_progress_attempts_gte_1", {"attempts": 0}),
    ],
)
def test_the_database_refuses_nonsense(organization, customer, model, constraint, change):
    a_campaign(organization)
    an_invoice(customer, 10000)
    move(organization, "2024-03-12")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model._default_manager.update(**change)


def test_nothing_is_there_twice(organization, customer):
    campaign = a_campaign(organization)
    at = organization.now()
    with pytest.raises(IntegrityError, match="dunning_campaign_code_unique"), transaction.atomic():
        DunningCampaign.objects.create(organization=organization, code=campaign.code, name="x", created_at=at)
    with pytest.raises(IntegrityError, match="one_for_the_organization"), transaction.atomic():
        for code in ("a", "b"):
            DunningCampaign.objects.create(
                organization=organization, code=code, name=code, applied_to_organization=True, created_at=at
            )
    with pytest.raises(IntegrityError, match="dunning_threshold_once_per_currency"), transaction.atomic():
        DunningThreshold.objects.create(campaign=campaign, currency="EUR", amount_cents=1, created_at=at)
    progress = {"customer": customer, "currency": "EUR", "campaign": campaign, "attempts": 1, "last_attempt_at": at}
    DunningProgress.objects.create(**progress)
    with pytest.raises(IntegrityError, match="dunning_progress_once_per_currency"), transaction.atomic():
        DunningProgress.objects.create(**progress)
