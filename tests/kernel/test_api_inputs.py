"""Bodies of commands become keyword arguments, or are refused with all their mistakes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput, root_list
from billing_site.kernel.errors import BadRequest, ValidationFailed


class TierInput(CommandInput):
    from_value = fields.Number(required=True)
    note = fields.Text()


class SettingsInput(CommandInput):
    color = fields.Choice(["red", "blue"], allow_null=True)


class ThingInput(CommandInput):
    root_name = "thing"

    code = fields.Code()
    name = fields.Text(required=True)
    note = fields.Text()
    amount = fields.Number(source="unit_amount")
    amount_cents = fields.Cents()
    count = fields.Whole(min_value=0, allow_null=True)
    active = fields.Flag()
    at = fields.Instant(allow_null=True)
    day = fields.Day()
    tiers = fields.ListOf(TierInput(), max_items=2, allow_null=True)
    settings = SettingsInput(source="*")
    inner = SettingsInput()
    properties = fields.FreeObject()


MANDATORY = {"code": "c", "name": "n"}


def values(updating=False, **given):
    body = {"thing": given if updating else {**MANDATORY, **given}}
    found = ThingInput.arguments(body, updating=updating)
    return found if updating else {name: found[name] for name in found if name not in MANDATORY}


def refused(updating=False, **given):
    with pytest.raises(ValidationFailed) as refusal:
        values(updating, **given)
    return refusal.value.details


class TestRoot:
    @pytest.mark.parametrize("body", [None, [], "x", 1, {}, {"thing": None}, {"thing": {}}, {"thing": [1]}])
    def test_without_a_root_object_the_request_is_bad(self, body):
        with pytest.raises(BadRequest) as refusal:
            ThingInput.arguments(body)
        assert refusal.value.envelope() == {
            "status": 400,
            "error": "BadRequest: param is missing or the value is empty or invalid: thing",
        }

    def test_a_list_may_be_the_root(self):
        assert root_list({"events": []}, "events") == []
        with pytest.raises(BadRequest):
            root_list({"events": {}}, "events")


class TestNull:
    def test_null_is_absent_on_creation(self):
        assert values(note=None, count=None, at=None, settings=None, tiers=None, active=None) == {}

    def test_null_for_something_mandatory_is_refused(self):
        assert refused(name=None) == {"name": ["value_is_mandatory"]}
        assert refused(updating=True, name=None) == {"name": ["value_is_mandatory"]}

    def test_null_clears_on_update_what_can_be_empty(self):
        cleared = values(updating=True, note=None, count=None, at=None, tiers=None, settings={"color": None})
        assert cleared == {"note": "", "count": None, "at": None, "tiers": [], "color": None}

    def test_null_is_absent_on_update_where_it_says_nothing(self):
        assert values(updating=True, active=None, amount_cents=None, settings=None, note="x") == {"note": "x"}

    def test_an_update_wants_nothing_but_its_lists_want_whole_items(self):
        assert values(updating=True, note="x") == {"note": "x"}
        assert refused(updating=True, tiers=[{}]) == {"tiers.0.from_value": ["value_is_mandatory"]}


class TestValues:
    @pytest.mark.parametrize(
        ("given", "read"),
        [(1, "1"), ("1.50", "1.50"), (0.1, "0.1"), (2.5e-06, "0.0000025"), ("-3", "-3"), ("007", "7")],
    )
    def test_a_decimal_is_what_is_written(self, given, read):
        assert values(amount=given) == {"unit_amount": Decimal(read)}

    @pytest.mark.parametrize("given", ["1e3", " 1", "1,5", "", "NaN", "Infinity", True, [], {}, "٣", "1_000", "0x1"])
    def test_anything_else_is_no_decimal(self, given):
        assert refused(amount=given) == {"amount": ["value_is_invalid"]}

    def test_a_decimal_beyond_the_column_is_out_of_range(self):
        assert refused(amount=10**40) == {"amount": ["value_is_out_of_range"]}
        assert refused(amount=float("1e300")) == {"amount": ["value_is_out_of_range"]}

    @pytest.mark.parametrize("given", [1.0, True, "1.0", "1e3", "", [], "٣"])
    def test_cents_are_whole_numbers(self, given):
        assert refused(amount_cents=given) == {"amount_cents": ["value_is_invalid"]}

    def test_cents_fit_their_column(self):
        assert values(amount_cents="12") == {"amount_cents": 12}
        assert refused(amount_cents=-1) == {"amount_cents": ["value_is_out_of_range"]}
        assert refused(amount_cents=2**63) == {"amount_cents": ["value_is_out_of_range"]}

    @pytest.mark.parametrize(("given", "read"), [(True, True), (False, False), ("true", True), ("false", False)])
    def test_flags(self, given, read):
        assert values(active=given) == {"active": read}

    @pytest.mark.parametrize("given", [1, 0, "yes", "", [], {}, 1.0])
    def test_what_is_no_flag(self, given):
        assert refused(active=given) == {"active": ["value_is_invalid"]}

    @pytest.mark.parametrize(
        ("given", "read"),
        [
            ("2024-03-01T00:00:00Z", datetime(2024, 3, 1, tzinfo=UTC)),
            ("2024-03-01T01:00:00+01:00", datetime(2024, 3, 1, tzinfo=UTC)),
            ("2024-03-01T00:00:00", datetime(2024, 3, 1, tzinfo=UTC)),
            ("2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
        ],
    )
    def test_instants_are_utc_unless_they_say_otherwise(self, given, read):
        assert values(at=given) == {"at": read}

    @pytest.mark.parametrize("given", ["", "tomorrow", 0, 1.5, True, [], "2024-02-30", "0001-01-01", "9999-12-31"])
    def test_anything_else_is_an_invalid_date(self, given):
        assert refused(at=given, day=given) == {"at": ["invalid_date"], "day": ["invalid_date"]}

    def test_a_day_is_the_date_of_an_instant(self):
        assert values(day="2024-03-01T23:00:00Z") == {"day": date(2024, 3, 1)}

    def test_objects_of_the_user_hold_what_the_database_can(self):
        assert values(properties={"a": [1, "x", None]}) == {"properties": {"a": [1, "x", None]}}
        deep: dict = {}
        for _ in range(200):
            deep = {"a": deep}
        wrongs: list[Any] = [[], "x", {"a": "\0"}, {"\ud800": 1}, {"a": float("inf")}, deep]
        for wrong in wrongs:
            assert refused(properties=wrong) == {"properties": ["value_is_invalid"]}


class TestErrors:
    def test_all_mistakes_come_at_once_with_the_way_to_them(self):
        wrong = {"code": "", "tiers": [{"from_value": 0}, {"from_value": "x", "note": []}], "inner": {"color": 1}}
        assert refused(settings={"color": "green"}, **wrong) == {
            "code": ["value_is_mandatory"],
            "tiers.1.from_value": ["value_is_invalid"],
            "tiers.1.note": ["value_is_invalid"],
            "color": ["value_is_invalid"],
            "inner.color": ["value_is_invalid"],
        }

    def test_a_list_has_a_greatest_length(self):
        assert refused(tiers=[{"from_value": 1}] * 3) == {"tiers": ["invalid_count"]}

    @pytest.mark.parametrize("wrong", ["x", 1, {"a": 1}, True])
    def test_what_is_no_list(self, wrong):
        assert refused(tiers=wrong) == {"tiers": ["value_is_invalid"]}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(given=st.dictionaries(st.sampled_from(sorted(ThingInput().fields)), ANYTHING), updating=st.booleans())
def test_any_json_is_read_or_refused(given, updating):
    try:
        ThingInput.arguments({"thing": given}, updating=updating)
    except (BadRequest, ValidationFailed) as refusal:
        assert refusal.envelope()["status"] in (400, 422)
