"""Commands that many rows get at once: tried out on each of them first, then done row by row."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from billing_site.kernel.errors import BillingError
from billing_site.kernel.rehearsal import rehearsal


@dataclass(frozen=True, slots=True)
class Effect:
    """What a command did to a row, or would do, in a sentence; ``amount_cents`` is what it bills, credits below 0."""

    sentence: str
    amount_cents: int | None = None
    currency: str = ""


Act = Callable[[Any, Mapping[str, Any], datetime], Effect]
# What came of each row, by its id.
ActTogether = Callable[[Sequence[Any], Mapping[str, Any], datetime], Mapping[UUID, Effect | BillingError]]


def nothing() -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class BulkCommand:
    """``act(row, values, at)`` does it to one row and raises ``BillingError`` where that is refused.

    ``rehearse`` says what it would come to, in a rehearsal of its own; unless given, ``act`` is rehearsed. ``rows`` are
    those of an organization that it may be done to, with what it reads loaded along. ``values`` are kept as JSON.
    A command runs in a transaction with the note that it was done, so that a row gets it once.

    ``act_together`` does it to many rows in a number of statements that does not grow with them, and answers a refusal
    for those that it leaves out; what it raises is narrowed down to the row at fault. ``prepare`` is called before each
    batch, outside its transaction.
    """

    name: str
    label: str
    rows: Callable[[Any], QuerySet[Any]]
    act: Act
    rehearse: Act | None = None
    act_together: ActTogether | None = None
    prepare: Callable[[], None] = nothing

    def try_out(self, row: Model, values: Mapping[str, Any], at: datetime) -> Effect:
        if self.rehearse is not None:
            return self.rehearse(row, values, at)
        with rehearsal():
            return self.act(row, values, at)

    def do_together(
        self, rows: Sequence[Any], values: Mapping[str, Any], at: datetime, *, is_trial: bool
    ) -> Mapping[UUID, Effect | BillingError]:
        assert self.act_together is not None
        with rehearsal() if is_trial else nullcontext():
            return self.act_together(rows, values, at)

    def row(self, organization: Any, row_id: UUID) -> Any:
        """None when it is gone."""
        return self.rows(organization).filter(pk=row_id).first()


COMMANDS: dict[str, BulkCommand] = {}


def register(command: BulkCommand) -> BulkCommand:
    """Known by its name from here on, to the workers too."""
    COMMANDS[command.name] = command
    return command
