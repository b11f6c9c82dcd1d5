"""Which charges make sense: charge model × aggregation × options, with the reference system's codes."""

from collections.abc import Callable
from dataclasses import dataclass

from billing_site.kernel.errors import ValidationFailed
from plans.models import Charge
from plans.rating import ChargeModelName, normalized, parse_properties
from usage.models import AggregationType

PAYABLE_IN_ADVANCE = frozenset({AggregationType.COUNT, AggregationType.SUM, AggregationType.UNIQUE_COUNT})
PRORATED_IN_ARREARS = frozenset({ChargeModelName.STANDARD, ChargeModelName.GRADUATED, ChargeModelName.VOLUME})


def settle_price(charge: Charge) -> None:
    """Bring ``charge.properties`` into their stored form and refuse a charge that cannot be billed.

    Raises ``ValidationFailed`` with every broken rule, each under the field that breaks it.
    """
    if not charge.charge_model:
        raise ValidationFailed(charge_model=["value_is_mandatory"])
    charge.properties = normalized(parse_properties(charge.charge_model, charge.properties))
    broken: dict[str, list[str]] = {}
    for rule in RULES:
        if rule.is_broken(charge):
            broken.setdefault(rule.field, []).append(rule.code)
    if broken:
        raise ValidationFailed(broken)


@dataclass(frozen=True, slots=True)
class Rule:
    field: str
    code: str
    is_broken: Callable[[Charge], bool]


def _cannot_be_paid_in_advance(charge: Charge) -> bool:
    """Max, latest and weighted sum need the whole period, and so does volume's single tier (C4-C7, M4, M14)."""
    is_payable = charge.billable_metric.aggregation_type in PAYABLE_IN_ADVANCE
    return charge.pay_in_advance and (charge.charge_model == ChargeModelName.VOLUME or not is_payable)


def _cannot_be_prorated(charge: Charge) -> bool:
    """Only carried-over units have days to be counted; a weighted sum counts its time itself (M17, C6)."""
    if not charge.prorated:
        return False
    metric = charge.billable_metric
    allowed = {ChargeModelName.STANDARD} if charge.pay_in_advance else PRORATED_IN_ARREARS
    is_weighted = metric.aggregation_type == AggregationType.WEIGHTED_SUM
    return not metric.recurring or is_weighted or charge.charge_model not in allowed


def _lacks_transactions(charge: Charge) -> bool:
    """A percentage of the latest value is meaningless (C7)."""
    is_latest = charge.billable_metric.aggregation_type == AggregationType.LATEST
    return is_latest and charge.charge_model == ChargeModelName.PERCENTAGE


def _lacks_amounts(charge: Charge) -> bool:
    """Dynamic adds up the amounts of summed events (M9)."""
    is_summed = charge.billable_metric.aggregation_type == AggregationType.SUM
    return charge.charge_model == ChargeModelName.DYNAMIC and not is_summed


def _has_minimum_in_advance(charge: Charge) -> bool:
    return charge.pay_in_advance and charge.min_amount_cents > 0


def _regroups_invoiced_fees(charge: Charge) -> bool:
    return bool(charge.regroup_paid_fees) and (charge.invoiceable or not charge.pay_in_advance)


RULES = (
    Rule("pay_in_advance", "invalid_aggregation_type_or_charge_model", _cannot_be_paid_in_advance),
    Rule("prorated", "invalid_billable_metric_or_charge_model", _cannot_be_prorated),
    Rule("charge_model", "not_compatible_with_aggregation_type", _lacks_transactions),
    Rule("charge_model", "invalid_aggregation_type_or_charge_model", _lacks_amounts),
    Rule("invoiceable", "must_be_true_unless_pay_in_advance", lambda c: not c.invoiceable and not c.pay_in_advance),
    Rule("min_amount_cents", "not_compatible_with_pay_in_advance", _has_minimum_in_advance),
    Rule("regroup_paid_fees", "only_compatible_with_pay_in_advance_and_non_invoiceable", _regroups_invoiced_fees),
)
