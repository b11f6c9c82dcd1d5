"""Plans and their charges."""

from django.db.models import Prefetch, Q, QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from customers.queries import living_taxes
from plans.models import Charge, ChargeFilter, Plan, Subscription
from plans.queries.fixed_charge import live_fixed_charges
from plans.queries.usage_threshold import with_thresholds


def live_plans(organization: Organization) -> QuerySet[Plan]:
    """What API and console list: neither deleted plans nor the overrides of single subscriptions (P8)."""
    return Plan.objects.filter(organization=organization, deleted_at__isnull=True, parent__isnull=True)


def plan_by_code(organization: Organization, code: str) -> Plan:
    """Raises ``NotFound``: ``plan_not_found``."""
    plan = live_plans(organization).select_related("organization").filter(code=code).first()
    if plan is None:
        raise NotFound("plan")
    return plan


def with_charges(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """All that the wire shows of a plan; charges and fixed charges are then those that are not deleted."""
    parts = (Prefetch("charges", live_charges()), Prefetch("fixed_charges", live_fixed_charges()), with_thresholds())
    plans = plans.select_related("minimum_commitment")
    return plans.prefetch_related(living_taxes(), *parts, living_taxes("minimum_commitment__taxes"))


def reloaded_plan(plan: Plan) -> Plan:
    """The plan as the wire shows it, also when it has just been deleted."""
    return with_charges(Plan.objects.all()).get(pk=plan.pk)


def live_charges() -> QuerySet[Charge]:
    """Charges with all that the wire shows of them."""
    charges = Charge.objects.filter(deleted_at__isnull=True).select_related("billable_metric")
    return charges.prefetch_related(living_taxes(), Prefetch("filters", live_filters()))


def live_filters() -> QuerySet[ChargeFilter]:
    """Filters of charges, the oldest first."""
    return ChargeFilter.objects.filter(deleted_at__isnull=True)


def charges_of(plan: Plan) -> QuerySet[Charge]:
    return live_charges().filter(plan=plan)


def reloaded_charge(charge: Charge) -> Charge:
    return live_charges().get(pk=charge.pk)


def charge_by_code(plan: Plan, code: str) -> Charge:
    """Raises ``NotFound``: ``charge_not_found``."""
    charge = charges_of(plan).filter(code=code).first()
    if charge is None:
        raise NotFound("charge")
    return charge


def filters_of(charge: Charge) -> QuerySet[ChargeFilter]:
    return live_filters().filter(charge=charge)


def is_attached_to_subscriptions(plan: Plan) -> bool:
    """Whether anyone ever subscribed to the plan or to an override of it (P10)."""
    return Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan)).exists()
