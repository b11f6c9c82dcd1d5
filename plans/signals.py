"""What happens to plans and subscriptions, announced inside the command's transaction and in batches.

Every signal carries ``at``, the instant of the command; a receiver that raises undoes the command.
"""

from django.dispatch import Signal

# organization, plan, at
plan_created = Signal()
plan_updated = Signal()
plan_deleted = Signal()

# feature, at
feature_created = Signal()
feature_updated = Signal()
feature_deleted = Signal()

# subscriptions: a list with plan and customer loaded, all of one organization; at
subscription_started = Signal()
# Started, and waiting for the first payment; ``subscription_started`` follows when it has come.
subscription_incomplete = Signal()
subscription_updated = Signal()
# is_replaced, too: a change of plan ended them, and ``subscription_started`` follows for those that take their place,
# whose previous_subscription they are.
subscription_terminated = Signal()
subscription_canceled = Signal()
trial_ended = Signal()
# Their end is some weeks ahead.
termination_near = Signal()

# changes: FixedChargeUnits with their subscription loaded that are in force from ``at`` on, none of a start; at
fixed_charge_units_changed = Signal()
