"""The database reads a number exactly where Python does."""

from decimal import Decimal
from itertools import product

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from usage.aggregation import parse_number
from usage.measure import NUMBER

pytestmark = pytest.mark.django_db

_STATEMENT = f"""SELECT {NUMBER} FROM (SELECT jsonb_build_object('value', %s::text) AS properties) e,
    (SELECT 'value' AS field_name) c"""

# Both ways of reading, by length, and both bounds of digits.
EDGES = [
    f"{sign}{zeros}{whole}{fraction}"
    for sign, zeros, whole, fraction in product(
        ["", "-", "+"],
        ["", "000"],
        ["1", "9" * 16, "9" * 19, "9" * 20, "9" * 21],
        ["", ".", ".5", "." + "3" * 40, "." + "3" * 41],
    )
]
ODD = ["", " ", "-", ".", ".5", "1e5", "1 ", "1\n", "1_000", "0x10", "NaN", "Infinity", "١٢", "--1", "1.2.3", "1,5"]


def number_in_sql(text: str) -> Decimal | None:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [text])
        (number,) = cursor.fetchone()
    assert number is None or isinstance(number, Decimal)
    return number


@pytest.mark.parametrize("text", EDGES + ODD)
def test_a_text_at_the_edge_is_the_same_number_in_sql_and_in_python(text: str) -> None:
    assert number_in_sql(text) == parse_number(text)


@given(st.text(alphabet="0123456789.-+eE ", max_size=70))
@example("0" * 30 + "1")
def test_any_text_is_the_same_number_in_sql_and_in_python(text: str) -> None:
    assert number_in_sql(text) == parse_number(text)
