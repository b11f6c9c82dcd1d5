"""Named constraints that several models share."""

from enum import Enum
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable


def one_of(table: str, field: str, choices: type[Enum]) -> models.CheckConstraint:
    """``field`` holds one of ``choices`` (or NULL where the column allows it)."""
    known = [member.value for member in choices]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": known}), name=f"{table}_{field}_known")


def non_negative(table: str, *fields: str) -> list[models.CheckConstraint]:
    return [models.CheckConstraint(condition=Q(**{f"{name}__gte": 0}), name=f"{table}_{name}_gte_0") for name in fields]


def adds_up(table: str, total: str, *parts: str, minus: tuple[str, ...] = ()) -> models.CheckConstraint:
    """``total`` equals the sum of ``parts`` less those in ``minus``."""
    expression: F | Combinable = F(parts[0])
    for name in parts[1:]:
        expression = expression + F(name)
    for name in minus:
        expression = expression - F(name)
    return models.CheckConstraint(condition=Q(**{total: expression}), name=f"{table}_{total}_adds_up")


def exactly_one_of(*fields: str) -> Q:
    """One of the columns is set, the others are NULL."""
    ways = [Q(**{f"{name}__isnull": name != chosen for name in fields}) for chosen in fields]
    return reduce(or_, ways)
