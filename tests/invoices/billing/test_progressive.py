"""Usage thresholds that usage passes: what is billed then, and what of it the period's invoice takes back."""

import pytest
from django.db import IntegrityError, transaction

from invoices.billing.lifetime import lifetime_usage
from invoices.models import AppliedUsageThreshold, Invoice, InvoiceStatus, InvoiceType, UsageActivity
from invoices.services.lifetime_usage import set_historical_usage
from invoices.services.test_clock import advance_test_clock
from invoices.services.usage_watch import watch_usage
from plans.models import Subscription
from plans.queries import with_terms
from plans.services.plan import update_plan
from plans.services.subscription import create_subscription, terminate_subscription
from tests.support.api import ApiClient
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.parallel import at_once
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.webhooks import told

pytestmark = pytest.mark.django_db(transaction=True)

START = instant("2024-01-01")
FEBRUARY = instant("2024-02-01")


@pytest.fixture
def organization():
    return an_organization(at=START)


def thresholds(*amounts, recurring=None):
    fixed = [{"amount_cents": amount} for amount in amounts]
    return [*fixed, {"amount_cents": recurring, "recurring": True}] if recurring else fixed


def a_watched(organization, *amounts, recurring=None, **fields):
    """A unit costs 1.00, the plan 30.00."""
    values = {"charges": [a_charge(a_metric(organization)), *fields.pop("charges", ())], **fields}
    plan = a_plan(organization, "plan", usage_thresholds=thresholds(*amounts, recurring=recurring), **values)
    return a_subscription(organization, plan, "subscription", external_customer_id="customer")


def use(organization, units, day, code="tokens", **fields):
    """So many units on a day of January, which is then over; the progressive invoices so far, oldest first."""
    advance_test_clock(organization=organization, to=instant(day))
    organization.refresh_from_db()
    send(organization, an_event(code, units, **fields))
    return early_invoices(organization)


def later(organization, to):
    advance_test_clock(organization=organization, to=instant(to))
    organization.refresh_from_db()
    return list(Invoice.objects.filter(organization=organization).order_by("created_at", "id"))


def early_invoices(organization):
    early = Invoice.objects.filter(organization=organization, invoice_type=InvoiceType.PROGRESSIVE_BILLING)
    return list(early.order_by("created_at", "id"))


def test_reaching_a_threshold_bills_the_usage_so_far_at_once_without_grace(organization):
    a_customer(organization, "customer", invoice_grace_period=3)
    a_watched(organization, 10_000)
    use(organization, 99, "2024-01-10")
    assert len(later(organization, "2024-01-11")) == 0
    use(organization, 21, "2024-01-12")
    (invoice,) = later(organization, "2024-01-13")
    # 120 units at 1.00; neither the plan's 30.00 nor a draft.
    assert (invoice.status, invoice.fees_amount_cents, invoice.total_amount_cents) == ("finalized", 12_000, 12_000)
    assert invoice.issuing_date.isoformat() == "2024-01-12"


def test_the_periods_invoice_takes_back_what_was_billed_early(organization):
    a_tax(organization, "vat", 20, applied_to_organization=True)
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    use(organization, 30, "2024-01-20")
    early, whole = later(organization, "2024-02-01")
    # (3,000 + 15,000 − 12,000) × 1.2
    assert early.total_amount_cents == 14_400
    assert whole.progressive_billing_credit_amount_cents == 12_000
    assert (whole.fees_amount_cents, whole.total_amount_cents) == (18_000, 7_200)


def test_two_thresholds_at_once_make_one_invoice(organization):
    a_watched(organization, 10_000, 20_000, recurring=5_000)
    use(organization, 320, "2024-01-10")
    (invoice,) = later(organization, "2024-01-11")
    # 100, 200, and beyond that 250 and 300.
    passed = AppliedUsageThreshold.objects.filter(invoice=invoice).values_list("amount_cents", flat=True)
    assert list(passed) == [10_000, 20_000, 25_000, 30_000]
    assert len(told(organization, "subscription.usage_threshold_reached")) == 4


def test_the_next_progressive_invoice_credits_the_one_before(organization):
    a_watched(organization, 10_000, 20_000)
    use(organization, 120, "2024-01-10")
    use(organization, 100, "2024-01-12")
    first, second = later(organization, "2024-01-13")
    assert (second.fees_amount_cents, second.progressive_billing_credit_amount_cents) == (22_000, 12_000)
    *_, whole = later(organization, "2024-02-01")
    # Only the latest one counts, for all of what it billed.
    assert (whole.progressive_billing_credit_amount_cents, whole.total_amount_cents) == (22_000, 3_000)
    assert first.total_amount_cents + second.total_amount_cents == 22_000


def test_a_threshold_is_passed_once_in_the_life_of_a_subscription(organization):
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    use(organization, 500, "2024-02-10")
    later(organization, "2024-03-10")
    assert len(early_invoices(organization)) == 1


def test_looking_twice_finds_nothing_more(organization):
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    assert watch_usage(organization=organization, at=organization.now()).invoices_created == 1
    use(organization, 1, "2024-01-10")
    assert watch_usage(organization=organization, at=organization.now()).invoices_created == 0
    assert not UsageActivity.objects.exists()


def test_two_who_look_at_once_make_one_invoice(organization):
    a_watched(organization, 10_000)
    use(organization, 60, "2024-01-10")
    send(organization, an_event("tokens", 60))

    def look():
        return watch_usage(organization=organization, at=organization.now()).invoices_created

    at_once(look, look)
    assert len(early_invoices(organization)) == 1


def test_the_database_refuses_a_second_crossing(organization):
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    later(organization, "2024-01-11")
    passed = AppliedUsageThreshold.objects.get()
    passed.pk = None
    passed._state.adding = True
    with pytest.raises(IntegrityError, match="applied_usage_threshold_once_per_amount"), transaction.atomic():
        AppliedUsageThreshold.objects.bulk_create([passed])


def test_what_is_paid_in_advance_is_on_no_progressive_invoice_but_counts(organization):
    a_watched(organization, 10_000, charges=[a_charge(a_metric(organization, "ahead"), pay_in_advance=True)])
    use(organization, 95, "2024-01-10", code="ahead")
    use(organization, 10, "2024-01-11")
    later(organization, "2024-01-12")
    # 95.00 were invoiced with their event; 10.00 pass 100.00 together with them.
    assert [each.fees_amount_cents for each in early_invoices(organization)] == [1_000]


def test_history_counts_but_passes_nothing_by_itself(organization):
    subscription = a_watched(organization, 10_000, 20_000)
    amount = {"external_historical_usage_amount_cents": 15_000}
    set_historical_usage(subscription=subscription, at=organization.now(), **amount)
    assert not early_invoices(organization)
    use(organization, 60, "2024-01-10")
    (invoice,) = later(organization, "2024-01-11")
    # 150.00 before, 60.00 now: 200.00 is passed, 100.00 was.
    assert invoice.fees_amount_cents == 6_000
    assert AppliedUsageThreshold.objects.get().amount_cents == 20_000


def test_a_threshold_added_later_bills_what_has_passed_it(organization):
    subscription = a_watched(organization)
    use(organization, 120, "2024-01-10")
    update_plan(plan=subscription.plan, at=organization.now(), usage_thresholds=thresholds(10_000))
    assert len(later(organization, "2024-01-11")) == 1


def test_usage_that_is_taken_back_is_credited_no_further_than_the_charges_fees(organization):
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    use(organization, -50, "2024-01-20")
    early, whole = later(organization, "2024-02-01")
    # 30.00 + 70.00 − 70.00
    assert (whole.progressive_billing_credit_amount_cents, whole.total_amount_cents) == (7_000, 3_000)
    # 120.00 − 70.00 are there for later invoices.
    note = early.credit_notes.get()
    assert (note.total_amount_cents, note.balance_amount_cents, note.credit_status) == (5_000, 5_000, "available")
    *_, next_one = later(organization, "2024-03-01")
    assert (next_one.credit_notes_amount_cents, next_one.total_amount_cents) == (3_000, 0)


def test_a_draft_shows_the_credit_and_its_finalization_keeps_it(organization):
    a_customer(organization, "customer", invoice_grace_period=3)
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    _, draft = later(organization, "2024-02-01")
    assert (draft.status, draft.progressive_billing_credit_amount_cents) == (InvoiceStatus.DRAFT, 12_000)
    _, final = later(organization, "2024-02-04")
    assert (final.status, final.progressive_billing_credit_amount_cents) == (InvoiceStatus.FINALIZED, 12_000)
    assert final.credits.count() == 1


def test_the_last_invoice_of_a_terminated_subscription_takes_it_back(organization):
    subscription = a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    later(organization, "2024-01-11")
    terminate_subscription(subscription=subscription, at=organization.now())
    *_, last = later(organization, "2024-01-12")
    # 30.00 for 11 of 31 days.
    assert (last.progressive_billing_credit_amount_cents, last.total_amount_cents) == (12_000, 1_065)


def test_lifetime_usage_goes_on_after_a_change_of_plan(organization):
    a_watched(organization, 10_000)
    use(organization, 120, "2024-01-10")
    later(organization, "2024-01-11")
    dearer = a_plan(organization, "dearer", amount_cents=9_000, usage_thresholds=thresholds(10_000, 15_000))
    following = create_subscription(
        organization=organization,
        at=organization.now(),
        external_customer_id="customer",
        plan_code=dearer.code,
        external_id="subscription",
    )
    later(organization, "2024-01-12")
    usage = lifetime_usage(with_terms(Subscription.objects.filter(pk=following.pk)).get(), at=organization.now())
    assert (usage.invoiced_cents, usage.current_cents) == (12_000, 0)
    assert len(early_invoices(organization)) == 1


def test_two_subscriptions_of_one_plan_credit_only_their_own(organization):
    subscription = a_watched(organization, 10_000)
    a_subscription(organization, subscription.plan, "other", external_customer_id="customer")
    use(organization, 120, "2024-01-10")
    use(organization, 40, "2024-01-11", external_subscription_id="other")
    *_, whole = later(organization, "2024-02-01")
    # 2 × 30.00 + 120.00 + 40.00 − 120.00
    assert (whole.fees_amount_cents, whole.total_amount_cents) == (22_000, 10_000)


def test_a_minimum_commitment_does_not_count_early_fees_twice(organization):
    a_watched(organization, 10_000, minimum_commitment={"amount_cents": 20_000})
    use(organization, 120, "2024-01-10")
    *_, whole = later(organization, "2024-02-01")
    # 30.00 + 120.00 lack 50.00 to 200.00.
    assert (whole.fees_amount_cents, whole.total_amount_cents) == (20_000, 8_000)


def test_the_api_shows_how_far_it_is(organization):
    a_watched(organization, 10_000, 20_000)
    api = ApiClient(organization)
    use(organization, 120, "2024-01-10")
    later(organization, "2024-01-11")
    shown = api.get("/subscriptions/subscription/lifetime_usage")["lifetime_usage"]
    assert (shown["invoiced_usage_amount_cents"], shown["current_usage_amount_cents"]) == (0, 12_000)
    first, second = shown["usage_thresholds"]
    assert (first["completion_ratio"], first["reached_at"]) == (1.0, "2024-01-10T00:00:00Z")
    # 20.00 of the 100.00 between them.
    assert (second["completion_ratio"], second["reached_at"]) == (0.2, None)
    body = {"lifetime_usage": {"external_historical_usage_amount_cents": 500}}
    changed = api.put("/subscriptions/subscription/lifetime_usage", body)["lifetime_usage"]
    assert changed["external_historical_usage_amount_cents"] == 500
    assert api.get("/subscriptions/unknown/lifetime_usage", expect=404)["code"] == "lifetime_usage_not_found"


def test_a_fault_of_one_customer_leaves_the_others_their_invoices(organization):
    subscription = a_watched(organization, 10_000)
    broken = a_plan(
        organization, "broken", charges=[a_charge(a_metric(organization, "broken"))], usage_thresholds=thresholds(100)
    )
    a_subscription(organization, broken, "broken", external_customer_id="unlucky")
    broken.charges.update(properties={"amount": "nonsense"})
    send(organization, an_event("broken", 5, external_subscription_id="broken"), an_event("tokens", 120))
    seen = watch_usage(organization=organization, at=organization.now())
    assert seen.invoices_created == 1
    assert early_invoices(organization)[0].customer_id == subscription.customer_id
    assert len(seen.failures) == 1
