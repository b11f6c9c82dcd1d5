"""The body of a move of the test clock."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class ClockInput(CommandInput):
    root_name = "test_clock"

    now = fields.Instant(required=True)
