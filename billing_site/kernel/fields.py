"""Model fields that carry a unit or a closed set of values."""

from enum import Enum
from typing import Any

from django.db import models


def enum_field(choices: type[Enum], **options: Any) -> models.CharField:
    """A text column for one of ``choices`` (strings); pair it with ``constraints.one_of``."""
    labels = [(member.value, member.value.replace("_", " ").capitalize()) for member in choices]
    return models.CharField(max_length=32, choices=getattr(choices, "choices", labels), **options)


def cents_field(**options: Any) -> models.BigIntegerField:
    """Whole minor units of the row's currency."""
    return models.BigIntegerField(**{"default": 0, **options})


def precise_cents_field(**options: Any) -> models.DecimalField:
    """Unrounded minor units; 15 digits after the point, as the reference system stores (3-C1)."""
    return models.DecimalField(max_digits=40, decimal_places=15, **{"default": 0, **options})


def units_field(**options: Any) -> models.DecimalField:
    """A quantity of usage."""
    return models.DecimalField(max_digits=60, decimal_places=20, **{"default": 0, **options})


def rate_percent_field(**options: Any) -> models.DecimalField:
    """A percentage: 20 means 20 %."""
    return models.DecimalField(max_digits=12, decimal_places=5, **{"default": 0, **options})


def currency_field(**options: Any) -> models.CharField:
    """An ISO 4217 code."""
    return models.CharField(max_length=3, **options)
