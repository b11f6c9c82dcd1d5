"""Balanced lines of a journal entry. Pure; amounts are cents, debits positive and credits negative."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.money import EXACT, round_half_up
from invoices.journal.accounts import BILLED, Account

TAX, CREDIT = "tax", "credit"


class Subject(NamedTuple):
    """What a line is about: a fee's charge, add-on or plan by ``kind`` (the fee's type), or a tax."""

    kind: str = ""
    id: UUID | None = None
    code: str = ""
    plan_id: UUID | None = None


NOTHING = Subject()


class Line(NamedTuple):
    account: Account
    amount_cents: int
    subject: Subject = NOTHING


Lines = tuple[Line, ...]
Part = tuple[Subject, int]


class Unbalanced(ValueError):
    """A document whose parts do not add up."""


def balanced(lines: Iterable[Line]) -> Lines:
    """One line for each account and subject, none over nothing. Raises ``Unbalanced`` unless they add up to 0."""
    sums: dict[tuple[Account, Subject], int] = {}
    for account, cents, subject in lines:
        key = account, subject
        sums[key] = sums.get(key, 0) + cents
    if total := sum(sums.values()):
        raise Unbalanced(f"{total} cents are left over")
    return tuple([Line(account, cents, subject) for (account, subject), cents in sums.items() if cents])


def reversed_lines(lines: Iterable[Line]) -> Lines:
    """The exact inverse."""
    return tuple(line._replace(amount_cents=-line.amount_cents) for line in lines)


def fitted(parts: Sequence[Part], total_cents: int) -> list[Part]:
    """``parts`` that add up to ``total_cents``: what rounding left out is put on the largest (3-T2).

    Taxes of 3 and 4 cents of which the invoice says that they are 8: 3 and 5.
    """
    missing = total_cents - sum(cents for _, cents in parts)
    if not missing:
        return list(parts)
    if not parts:
        return [(NOTHING, missing)]
    largest = max(range(len(parts)), key=lambda index: abs(parts[index][1]))
    return [(subject, cents + missing if index == largest else cents) for index, (subject, cents) in enumerate(parts)]


def apportioned(lines: Sequence[Line], part_cents: int) -> list[Line]:
    """So much of ``lines``, which come to more, of each in proportion; whole cents that add up to ``part_cents``.

    10 of lines over 20 and 11: 6 and 4, as what was given out so far is rounded, not each line (6.45, then 10).
    """
    whole = sum(line.amount_cents for line in lines)
    if part_cents == whole:
        return list(lines)
    shares, reached, given = [], 0, 0
    for line in lines:
        reached += line.amount_cents
        share = _rounded(reached * part_cents, whole) - given
        given += share
        shares.append(line._replace(amount_cents=share))
    return shares


def billed(lines: Iterable[Line]) -> list[Line]:
    """Those that say what was sold."""
    return [line for line in lines if line.account in BILLED]


def sold(subject: Subject) -> Account:
    """Where a fee is booked: credits that are sold are owed, not earned."""
    return Account.UNPAID_CREDITS if subject.kind == CREDIT else Account.REVENUE


def _rounded(numerator: int, denominator: int) -> int:
    return int(round_half_up(EXACT.divide(Decimal(numerator), Decimal(denominator)))) if denominator else 0
