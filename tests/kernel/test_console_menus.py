"""Buttons beside the title of a console page."""

from typing import Any

from unfold.enums import ActionVariant

from billing_site.kernel.admin.console_admin import folded


def _actions(*titles: str, main: str = "") -> list[dict[str, Any]]:
    return [
        {"title": each, "variant": ActionVariant.PRIMARY if each == main else ActionVariant.DEFAULT} for each in titles
    ]


def _titles(actions: list[dict[str, Any]]) -> list[Any]:
    return [(each["title"], _titles(each["items"])) if "items" in each else each["title"] for each in actions]


def test_four_stand_side_by_side():
    assert _titles(folded(_actions("A", "B", "C", "D"))) == ["A", "B", "C", "D"]


def test_of_five_the_last_two_are_in_a_menu():
    assert _titles(folded(_actions("A", "B", "C", "D", "E"))) == ["A", "B", "C", ("More", ["D", "E"])]


def test_the_main_one_is_never_in_the_menu():
    assert _titles(folded(_actions("A", "B", "C", "D", "E", main="E"))) == ["A", "B", "E", ("More", ["C", "D"])]
