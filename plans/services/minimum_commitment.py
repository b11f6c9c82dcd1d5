"""The minimum commitment of a plan. Runs inside a command's transaction, with the plan locked."""

from datetime import datetime

from billing_site.kernel.errors import ValidationFailed
from plans.models import MinimumCommitment, Plan
from plans.services.fields import CommitmentFields
from plans.services.references import References


def set_minimum_commitment(plan: Plan, fields: CommitmentFields | None, references: References, at: datetime) -> None:
    """Give the plan this commitment, or change what the fields name of the one it has; empty takes it away.

    Raises ``ValidationFailed`` for a new one without an amount.
    """
    present = MinimumCommitment.objects.filter(plan=plan)
    if not fields:
        present.delete()
        return
    commitment = present.first() or MinimumCommitment(plan=plan, created_at=at)
    if not fields.get("amount_cents", commitment.amount_cents):
        raise ValidationFailed({"minimum_commitment.amount_cents": ["value_is_mandatory"]})
    commitment.amount_cents = fields.get("amount_cents", commitment.amount_cents)
    commitment.invoice_display_name = fields.get("invoice_display_name", commitment.invoice_display_name)
    commitment.updated_at = at
    commitment.save()
    if "tax_codes" in fields:
        commitment.taxes.set(references.taxes_named(fields["tax_codes"]))
