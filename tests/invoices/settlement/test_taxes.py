"""Taxes are exact sums, rounded once for each fee and once for the invoice."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from invoices.settlement import Payable, Taxable, TaxRate, settle, tax_fee, tax_invoice


def tax(number: int, rate: str) -> TaxRate:
    return TaxRate(UUID(int=number), f"tax-{number}", f"Tax {number}", "", Decimal(rate))


VAT = tax(1, "20")
CITY = tax(2, "10")


def test_a_fees_taxes_are_summed_before_rounding():
    taxes = tax_fee(Taxable(Decimal(1003), (VAT, CITY)))
    # 200.6 + 100.3 = 300.9
    assert taxes.precise_amount_cents == Decimal("300.9")
    assert taxes.amount_cents == 301
    assert [line.amount_cents for line in taxes.lines] == [201, 100]
    assert taxes.rate_percent == 30


def test_a_fee_without_taxes_is_not_taxed():
    assert tax_fee(Taxable(Decimal(1000), ())).amount_cents == 0


def test_half_a_cent_of_tax_is_rounded_away_from_zero():
    # 5 × 10 % = 0.5
    assert tax_fee(Taxable(Decimal(5), (CITY,))).amount_cents == 1


def test_the_invoices_tax_is_not_the_sum_of_its_fees_rounded_taxes():
    # three fees of 2 cents at 20 %: 0.4 each rounds to 0, 1.2 together to 1
    settlement = settle([Payable(2, (VAT,))] * 3)
    assert [fee.taxes.amount_cents for fee in settlement.fees] == [0, 0, 0]
    assert settlement.taxes.amount_cents == 1
    assert settlement.total_amount_cents == 7


def test_the_invoices_rate_is_weighted_by_the_taxed_base():
    taxes = tax_invoice([Taxable(Decimal(3000), (VAT,)), Taxable(Decimal(1000), (CITY,))], 4000)
    # 20 × 3/4 + 10 × 1/4
    assert taxes.rate_percent == Decimal("17.5")
    assert [(line.tax.code, line.base_cents, line.amount_cents) for line in taxes.lines] == [
        ("tax-1", 3000, 600),
        ("tax-2", 1000, 100),
    ]


def test_the_rate_of_an_invoice_of_nothing_is_weighted_by_the_number_of_fees():
    taxes = tax_invoice([Taxable(Decimal(0), (VAT,)), Taxable(Decimal(0), (CITY,)), Taxable(Decimal(0), ())], 0)
    # 20/3 + 10/3
    assert taxes.rate_percent == Decimal("10.00000")
    assert taxes.amount_cents == 0


def test_an_invoice_without_fees_is_zero():
    settlement = settle([])
    assert (settlement.fees_amount_cents, settlement.total_amount_cents, settlement.taxes.rate_percent) == (0, 0, 0)


rates = st.decimals(min_value=0, max_value=100, places=5)
payables = st.lists(
    st.builds(
        Payable,
        amount_cents=st.integers(0, 10**9),
        taxes=st.lists(st.sampled_from([VAT, CITY, tax(3, "5.5"), tax(4, "0")]), unique=True, max_size=3).map(tuple),
    ),
    max_size=8,
)


@given(payables)
def test_a_settlement_adds_up_and_is_never_negative(fees: list[Payable]):
    settlement = settle(fees)
    assert settlement.fees_amount_cents == sum(fee.amount_cents for fee in fees)
    assert settlement.total_amount_cents == settlement.fees_amount_cents + settlement.taxes.amount_cents >= 0
    exact = sum((fee.taxes.precise_amount_cents for fee in settlement.fees), Decimal(0))
    assert settlement.taxes.precise_amount_cents == exact


@given(payables, st.randoms())
def test_the_order_of_fees_does_not_matter(fees: list[Payable], random):
    shuffled = random.sample(fees, len(fees))
    assert settle(fees).total_amount_cents == settle(shuffled).total_amount_cents
