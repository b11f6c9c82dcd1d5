"""Account numbers: the check digits find what was mistyped."""

import pytest

from customers.iban import grouped_iban, is_bic, is_iban, plain_iban


@pytest.mark.parametrize("iban", ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"])
def test_real_numbers_are_known(iban):
    assert is_iban(iban)
    assert is_iban(plain_iban(grouped_iban(iban).lower()))


@pytest.mark.parametrize("text", ["", "DE88370400440532013000", "DE89", "DE8937040044053201300!", "1234567890123456"])
def test_mistyped_numbers_are_not(text):
    assert not is_iban(text)


def test_people_read_groups_of_four():
    assert grouped_iban("NO9386011117947") == "NO93 8601 1117 947"


def test_a_bic_has_8_or_11_characters():
    assert is_bic("COBADEFF") and is_bic("COBADEFFXXX")
    assert not is_bic("COBADEFFX")
