"""Customers that runs leave alone."""

import pytest
from django.db import IntegrityError, transaction

from billing_site.kernel.errors import NotFound, ValidationFailed
from customers.models import Customer, Organization
from invoices.models import BillingHold, Invoice
from invoices.services.billing_hold import hold_customer, release_customer
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def acme(organization) -> Customer:
    return a_customer(organization, "acme")


def hold(customer: Customer) -> BillingHold:
    return hold_customer(customer=customer, reason="Disputed", at=customer.organization.now())


def test_a_held_customer_is_not_billed_and_caught_up_after_its_release(organization, acme):
    a_subscription(organization, external_customer_id="acme")
    a_subscription(organization, external_customer_id="other")
    hold(acme)
    assert [each.customer.external_id for each in bill(organization, at=instant("2024-03-01"))] == ["other", "other"]
    release_customer(customer=acme, at=organization.now())
    bill(organization, at=instant("2024-03-01T01:00:00"))
    own = Invoice.objects.filter(customer=acme).order_by("billed_at")
    assert [each.billed_at for each in own] == [instant("2024-02-01"), instant("2024-03-01")]


def test_the_drafts_of_a_held_customer_stay_drafts(organization):
    patient = a_customer(organization, "patient", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="patient")
    bill(organization, at=instant("2024-02-01"))
    hold(patient)
    [draft] = bill(organization, at=instant("2024-02-10"))
    assert draft.status == "draft"
    release_customer(customer=patient, at=organization.now())
    [final] = bill(organization, at=instant("2024-02-11"))
    assert final.status == "finalized"


def test_a_customer_is_held_once_and_for_a_reason(acme):
    hold(acme)
    with pytest.raises(ValidationFailed):
        hold(acme)
    with pytest.raises(ValidationFailed, match="value_is_mandatory"):
        hold_customer(customer=acme, reason=" ", at=acme.organization.now())
    with pytest.raises(IntegrityError, match="billing_hold_one_open_per_customer"), transaction.atomic():
        BillingHold.objects.create(
            organization=acme.organization, customer=acme, reason="x", created_at=acme.organization.now()
        )
    with pytest.raises(IntegrityError, match="billing_hold_has_a_reason"):
        BillingHold.objects.update(reason="")


def test_who_is_not_held_cannot_be_released(acme):
    with pytest.raises(NotFound):
        release_customer(customer=acme, at=acme.organization.now())


class TestConsole:
    def test_held_on_its_page_and_released_in_the_list(self, organization, acme):
        console = Console(organization)
        console.press(acme, "hold", reason="Disputed")
        assert "Disputed" in console.open("invoices_billinghold_changelist", released_at__isnull="True")
        console.press(BillingHold.objects.get(), "release")
        assert BillingHold.objects.get().released_at is not None
        console.press(acme, "hold", reason="Again")
        console.press(acme, "release")

    def test_a_subscription_has_a_timeline(self, organization):
        subscription = a_subscription(organization, a_plan(organization, trial_period=10))
        bill(organization, at=instant("2024-02-01"))
        page = Console(organization).show(subscription, tab="timeline")
        for part in ("Agreed", "Started", "The free trial ended", "Next invoice", "Invoice ACM-"):
            assert part in page

    def test_a_subscription_changes_its_plan(self, organization, acme):
        subscription = a_subscription(organization, a_plan(organization, "s"), "sub", external_customer_id="acme")
        dear, cheap = a_plan(organization, "l", amount_cents=9000), a_plan(organization, "xs", amount_cents=100)
        console = Console(organization)
        console.press(subscription, "change_plan", plan=dear.pk)
        subscription.refresh_from_db()
        assert subscription.status == "terminated"
        following = subscription.next_subscriptions.get()
        assert (following.plan, following.status) == (dear, "active")
        console.press(following, "change_plan", plan=cheap.pk)
        assert following.next_subscriptions.get().status == "pending"
        assert "is to follow" in console.show(following, tab="timeline")
