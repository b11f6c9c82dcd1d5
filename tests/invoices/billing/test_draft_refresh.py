"""Drafts follow usage, taxes, plans and metrics until they are final."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from customers.models import Customer, Organization
from customers.services.tax import update_tax
from invoices.models import DraftWatch, Invoice
from invoices.services.draft_refresh import refresh_stale_drafts
from invoices.services.due_work import run_due_work
from plans.services.plan import delete_plan, update_plan
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from usage.rollup import roll
from usage.services.billable_metric import delete_billable_metric

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def acme(organization) -> Customer:
    tax = a_tax(organization, "vat", 20)
    return a_customer(organization, "acme", invoice_grace_period=5, tax_codes=[tax.code])


@pytest.fixture
def draft(organization, acme) -> Invoice:
    """30.00 and 10 calls at 1.00, with 20 % tax: 48.00."""
    plan = a_plan(organization, "scale", charges=[a_charge(a_metric(organization, "calls"), "1")])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    use(organization, 10)
    [draft] = bill(organization, at=instant("2024-02-01"))
    assert draft.total_amount_cents == 4800
    return draft


def use(organization: Organization, calls: int, at: str = "2024-01-10") -> None:
    send(organization, an_event("calls", calls, external_subscription_id="sub", at=instant(at)))


def refreshed(draft: Invoice) -> int:
    """The total after the next due work, which finds nothing the second time."""
    organization, at = draft.organization, draft.organization.now()
    refresh_stale_drafts(organization=organization, at=at)
    assert refresh_stale_drafts(organization=organization, at=at) == 0
    draft.refresh_from_db()
    assert draft.status == "draft"
    return draft.total_amount_cents


def test_events_that_come_late_are_on_the_draft(organization, draft):
    use(organization, 5)
    # 30.00 + 15.00, and 20 %
    assert refreshed(draft) == 5400


def test_events_of_later_periods_leave_the_draft_alone(organization, draft):
    use(organization, 5, at="2024-02-01T10:00:00")
    assert refresh_stale_drafts(organization=organization, at=organization.now()) == 0


def test_events_of_other_subscriptions_leave_it_alone(organization, draft):
    send(organization, an_event("calls", 5, external_subscription_id="other", at=instant("2024-01-10")))
    assert refresh_stale_drafts(organization=organization, at=organization.now()) == 0


def test_usage_is_looked_through_once(organization, draft):
    use(organization, 5, at="2024-02-01T10:00:00")
    refresh_stale_drafts(organization=organization, at=organization.now())
    roll()
    watch = DraftWatch.objects.get(organization=organization)
    assert watch.usage_epoch > draft.usage_epoch
    with pytest.raises(IntegrityError, match="draft_watch_usage_epoch_gte_0"):
        DraftWatch.objects.update(usage_epoch=-1)


def test_a_changed_price_is_on_the_draft(organization, draft):
    update_plan(plan=draft.invoice_subscriptions.get().subscription.plan, amount_cents=6000, at=organization.now())
    # 60.00 + 10.00, and 20 %
    assert refreshed(draft) == 8400


def test_a_changed_tax_is_on_the_draft(organization, acme, draft):
    update_tax(tax=acme.taxes.get(), rate_percent=10, at=organization.now())
    # 40.00 and 10 %
    assert refreshed(draft) == 4400


def test_other_taxes_of_the_customer_are_on_the_draft(organization, draft):
    a_customer(organization, "acme", tax_codes=[])
    assert refreshed(draft) == 4000


def test_a_tax_for_everyone_is_on_the_draft(organization, draft):
    a_customer(organization, "acme", tax_codes=[])
    refreshed(draft)
    a_tax(organization, "extra", 5, applied_to_organization=True)
    assert refreshed(draft) == 4200


def test_a_deleted_metric_takes_its_charges_off_the_draft(organization, draft):
    delete_billable_metric(metric=draft.fees.get(fee_type="charge").charge.billable_metric, at=organization.now())
    assert refreshed(draft) == 3600


def test_the_drafts_of_a_deleted_plan_are_final(organization, draft):
    organization.change(at=instant("2024-02-03"), test_clock_at=instant("2024-02-03"))
    delete_plan(plan=draft.invoice_subscriptions.get().subscription.plan, at=organization.now())
    invoices = Invoice.objects.filter(organization=organization)
    # January's draft, and the last invoice for two days and an instant of February.
    assert [invoice.status for invoice in invoices] == ["finalized", "finalized"]


def test_due_work_refreshes_before_it_finalizes(organization, draft):
    use(organization, 5)
    organization.change(at=instant("2024-02-06"), test_clock_at=instant("2024-02-06"))
    run_due_work(organization=organization, at=organization.now())
    draft.refresh_from_db()
    assert (draft.status, draft.total_amount_cents) == ("finalized", 5400)


def test_a_final_invoice_stays_as_it_is(organization, draft):
    bill(organization, at=draft.organization.now() + timedelta(days=10))
    use(organization, 5)
    assert refresh_stale_drafts(organization=organization, at=organization.now()) == 0


def test_a_sandbox_refreshes_before_the_call_answers(organization, draft, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        use(organization, 5)
    draft.refresh_from_db()
    assert draft.total_amount_cents == 5400
