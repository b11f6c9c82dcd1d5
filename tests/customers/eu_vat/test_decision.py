"""Which tax the EU's rules choose, by country pair, number and region."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.eu_vat import Buyer, check_number, decide, eu_taxes
from customers.eu_vat.rates import STANDARD_RATES

FRENCH = "FR40303265045"
GERMAN = "DE136695976"
SPANISH = "ESB58378431"


@pytest.mark.parametrize(
    ("seller", "country", "zipcode", "number", "rule", "code"),
    [
        ("DE", "DE", "", "", "domestic", "lago_eu_de_standard"),
        ("DE", "DE", "", GERMAN, "domestic", "lago_eu_de_standard"),
        ("DE", "FR", "", FRENCH, "reverse_charge", "lago_eu_reverse_charge"),
        ("DE", "FR", "", "FR 403 0326-5045", "reverse_charge", "lago_eu_reverse_charge"),
        ("DE", "FR", "", "FR40303265044", "customer_country", "lago_eu_fr_standard"),
        ("DE", "FR", "", "", "customer_country", "lago_eu_fr_standard"),
        ("DE", "US", "", "12-3456789", "outside_eu", "lago_eu_tax_exempt"),
        ("DE", "GB", "", "GB980780684", "outside_eu", "lago_eu_tax_exempt"),
        # A valid number says where the buyer is, whatever the address.
        ("DE", "US", "", FRENCH, "reverse_charge", "lago_eu_reverse_charge"),
        ("DE", "FR", "", GERMAN, "domestic", "lago_eu_de_standard"),
        # Nothing is known: as at home.
        ("FR", "", "", "", "domestic", "lago_eu_fr_standard"),
        ("FR", "", "", GERMAN, "reverse_charge", "lago_eu_reverse_charge"),
        # Regions within the Union's area of taxation have a rate of their own ...
        ("PT", "PT", "9500-150", "", "domestic", "lago_eu_pt_exception_azores"),
        ("DE", "PT", "9000-018", "", "customer_country", "lago_eu_pt_exception_madeira"),
        ("DE", "PT", "9000-018", "PT501964843", "reverse_charge", "lago_eu_reverse_charge"),
        ("AT", "AT", "A-6691", "", "domestic", "lago_eu_at_exception_jungholz"),
        # ... those outside of it none, whatever number, unless their own country sells.
        ("DE", "ES", "35001", SPANISH, "outside_eu", "lago_eu_tax_exempt"),
        ("ES", "ES", "35001", SPANISH, "domestic", "lago_eu_es_exception_canary_islands"),
        ("FR", "RE", "", "", "domestic", "lago_eu_fr_exception_reunion"),
        ("FR", "FR", "97400", "", "domestic", "lago_eu_fr_exception_reunion"),
        ("DE", "RE", "", "", "outside_eu", "lago_eu_tax_exempt"),
        ("DE", "AX", "AX-22100", "", "outside_eu", "lago_eu_tax_exempt"),
        ("DE", "MC", "98000", "", "customer_country", "lago_eu_fr_standard"),
    ],
)
def test_the_countries_and_the_number_choose_the_tax(seller, country, zipcode, number, rule, code):
    decision = decide(seller, Buyer(country, zipcode, number))
    assert (decision.rule, decision.tax_code) == (rule, code)


def test_a_number_may_lack_its_prefix_and_greek_ones_have_their_own():
    assert check_number("40303265045", "FR") == check_number(FRENCH, "FR")
    assert check_number("094259216", "GR").country == "GR"
    assert check_number("EL094259216", "").country == "GR"
    assert check_number("", "FR").is_valid is None
    assert check_number("XI980780684", "GB").is_valid is False


@given(st.sampled_from(sorted(STANDARD_RATES)), st.text(max_size=6), st.text(max_size=12), st.text(max_size=20))
def test_whatever_is_written_there_is_a_tax(seller, country, zipcode, number):
    assert decide(seller, Buyer(country, zipcode, number)).tax_code in eu_taxes()
