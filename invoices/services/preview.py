"""What a command would bill, by doing it in a rehearsal; nothing is saved (I10)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.ids import uuid7
from billing_site.kernel.rehearsal import rehearsal
from customers.models import Customer, Organization
from customers.services.customer import CustomerValues, create_or_update_customer
from invoices.billing.drafts import BillingJob
from invoices.billing.due import changes_to_bill
from invoices.billing.jobs import plan_change_jobs, terminating_jobs
from invoices.billing.preview import next_jobs, preview_draft
from invoices.billing.record import record
from invoices.models import Invoice
from invoices.queries import invoice_details
from plans.models import CouponExpiration, CouponFrequency, Subscription, SubscriptionStatus
from plans.queries import live_coupons, next_plans_of, takes_over_at, with_previous_terms, with_terms
from plans.services.applied_coupon import apply_coupon
from plans.services.coupon import create_coupon
from plans.services.subscription import create_subscription, terminate_subscription
from plans.services.subscription.options import SubscriptionOptions
from plans.services.subscription.plan_change import switch_batch
from usage.rollup import roll


class ExistingSubscriptions(TypedDict, total=False):
    """Active ones by their external ids, as they are, or, of one alone, with another plan or an end."""

    external_ids: Sequence[str]
    plan_code: str
    terminated_at: datetime


class PreviewCustomer(CustomerValues, total=False):
    """With ``external_id`` one that exists, with these values; without one that does not."""

    external_id: str


class Supposition(TypedDict, total=False):
    """A new subscription (``plan_code``, …) or existing ``subscriptions``; ``coupons`` besides the customer's own."""

    customer: PreviewCustomer
    plan_code: str
    billing_time: str
    subscription_at: datetime
    billing_entity_code: str
    coupons: Sequence[dict[str, Any]]
    subscriptions: ExistingSubscriptions


@contextmanager
def preview(*, organization: Organization, at: datetime, **supposed: Unpack[Supposition]) -> Iterator[Invoice]:
    """The next invoice that this would cause, a draft with all details loaded that is gone after the block.

    Raises ``NotFound`` (``customer``, ``plan``, ``subscription``) and ``ValidationFailed``, as the commands do.
    """
    roll()
    with rehearsal():
        subscriptions = supposed.get("subscriptions") or {}
        if subscriptions.get("external_ids"):
            jobs = _jobs_of_existing(organization, supposed, subscriptions, at)
        else:
            jobs = _jobs_of_new(organization, supposed, at)
        if not jobs:
            raise NotFound("invoice")
        draft = preview_draft(jobs)
        record([draft], at=at)
        yield invoice_details(organization, draft.id)


def _jobs_of_new(organization: Organization, supposed: Supposition, at: datetime) -> list[BillingJob]:
    customer = _customer(organization, supposed, at)
    _apply_coupons(customer, supposed.get("coupons", ()), at)
    starts_at, options = supposed.get("subscription_at"), SubscriptionOptions()
    if starts_at:
        options["subscription_at"] = starts_at
    if billing_time := supposed.get("billing_time"):
        options["billing_time"] = billing_time
    subscription = create_subscription(
        organization=organization,
        # One that starts later is looked at when it starts.
        at=max(at, starts_at or at),
        external_customer_id=customer.external_id,
        plan_code=supposed.get("plan_code", ""),
        external_id=f"preview-{uuid7()}",
        **options,
    )
    return next_jobs([subscription.id])


def _jobs_of_existing(
    organization: Organization, supposed: Supposition, wanted: ExistingSubscriptions, at: datetime
) -> list[BillingJob]:
    found = _existing(organization, supposed, set(wanted["external_ids"]))
    _apply_coupons(found[0].customer, supposed.get("coupons", ()), at)
    ends_at, plan_code = wanted.get("terminated_at"), wanted.get("plan_code")
    if (ends_at or plan_code) and len(found) > 1:
        what = "termination" if ends_at else "plan_change"
        raise ValidationFailed(subscriptions=[f"only_one_subscription_allowed_for_{what}"])
    if ends_at:
        return _jobs_of_end(found[0], ends_at, at)
    if plan_code:
        return _jobs_of_change(found[0], plan_code, at)
    return next_jobs([each.id for each in found])


def _jobs_of_end(subscription: Subscription, ends_at: datetime, at: datetime) -> list[BillingJob]:
    if ends_at < at:
        raise ValidationFailed(terminated_at=["past_timestamp"])
    terminate_subscription(subscription=subscription, at=ends_at)
    return terminating_jobs(list(with_terms(Subscription.objects.filter(id=subscription.id))))


def _jobs_of_change(current: Subscription, plan_code: str, at: datetime) -> list[BillingJob]:
    """A plan that waits is looked at when it takes over."""
    create_subscription(
        organization=current.organization,
        at=at,
        external_customer_id=current.customer.external_id,
        plan_code=plan_code,
        external_id=current.external_id,
    )
    for waiting in with_previous_terms(next_plans_of([current])):
        takes_over = takes_over_at(waiting)
        if takes_over is not None:
            switch_batch([current.id], takes_over)
    following = Subscription.objects.filter(previous_subscription=current, started_at__isnull=False)
    return plan_change_jobs(changes_to_bill(following)) or next_jobs([current.id])


def _existing(organization: Organization, supposed: Supposition, external_ids: set[str]) -> list[Subscription]:
    """Of one customer: the one named, or the first one's."""
    active = Subscription.objects.filter(
        organization=organization, external_id__in=external_ids, status=SubscriptionStatus.ACTIVE
    )
    if external_customer_id := supposed.get("customer", {}).get("external_id"):
        active = active.filter(customer=_named_customer(organization, external_customer_id))
    found = list(with_terms(active).select_related("organization").order_by("created_at", "id"))
    if len(found) < len(external_ids) or len({each.customer_id for each in found}) > 1:
        raise NotFound("subscription")
    return found


def _customer(organization: Organization, supposed: Supposition, at: datetime) -> Customer:
    values: dict[str, Any] = dict(supposed.get("customer") or {})
    external_id = values.pop("external_id", "")
    if external_id:
        _named_customer(organization, external_id)
    if entity_code := supposed.get("billing_entity_code"):
        values["billing_entity_code"] = entity_code
    external_id = external_id or f"preview-{uuid7()}"
    return create_or_update_customer(organization=organization, external_id=external_id, at=at, **values)


def _named_customer(organization: Organization, external_id: str) -> Customer:
    customer = organization.customers.filter(external_id=external_id, deleted_at__isnull=True).first()
    if customer is None:
        raise NotFound("customer")
    return customer


def _apply_coupons(customer: Customer, coupons: Sequence[dict[str, Any]], at: datetime) -> None:
    """Known ones by their code; others are described whole."""
    for given in coupons:
        terms = dict(given)
        code = terms.pop("code", None) or f"preview-{uuid7()}"
        if not live_coupons(customer.organization).filter(code=code).exists():
            _describe(customer.organization, code, terms, at)
        terms.pop("name", None)
        terms.pop("coupon_type", None)
        apply_coupon(
            organization=customer.organization,
            external_customer_id=customer.external_id,
            coupon_code=code,
            at=at,
            **terms,
        )


def _describe(organization: Organization, code: str, terms: dict[str, Any], at: datetime) -> None:
    if "coupon_type" not in terms:
        raise NotFound("coupon")
    values = {"name": code, "frequency": CouponFrequency.ONCE, "expiration": CouponExpiration.NO_EXPIRATION, **terms}
    create_coupon(organization=organization, at=at, **{**values, "code": code})
