"""What a credit note comes to, and how it is given back."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.money import round_half_up
from invoices.settlement import (
    CreditableFee,
    CreditedInvoice,
    CreditedItem,
    PaidFee,
    Split,
    TaxRate,
    check_items,
    check_split,
    credit_note_amounts,
    fitted,
    returned,
    takes_the_rest,
    tax_invoice,
    unused_amount_cents,
)
from invoices.settlement.taxes import Taxable
from plans.periods import DayShare


def tax(number: int, rate: str) -> TaxRate:
    return TaxRate(UUID(int=number), f"tax-{number}", f"Tax {number}", "", Decimal(rate))


def a_fee(amount_cents: int, *taxes: TaxRate, number: int = 1, coupons: str = "0", credited: int = 0) -> CreditableFee:
    return CreditableFee(UUID(int=number), amount_cents, Decimal(coupons), taxes, credited)


def item(fee: CreditableFee, amount: str | int) -> CreditedItem:
    return CreditedItem(fee, Decimal(amount))


VAT, CITY = tax(1, "20"), tax(2, "10")
fees = st.builds(
    lambda number, amount, share, taxes: CreditableFee(
        UUID(int=number), amount, round_half_up(amount * share, 5), tuple(taxes)
    ),
    st.integers(1, 10**6),
    st.integers(1, 10**9),
    st.decimals(0, 1, places=4),
    st.lists(st.sampled_from([VAT, CITY]), unique=True),
)


def test_an_item_carries_its_part_of_the_discounts():
    amounts = credit_note_amounts([item(a_fee(39900, VAT, coupons="25000"), 26260)])
    # 25000 × 262.60 / 399.00 = 16453.63; 26260 − 16453.63 = 9806.37, and 20 % of that: 1961.27
    assert amounts.coupons_adjustment_amount_cents == 16454
    assert amounts.sub_total_excluding_taxes_amount_cents == 9806
    assert amounts.taxes_amount_cents == 1961
    assert amounts.taxes.rate_percent == 20
    # 9806.37 + 1961.27 = 11767.64, but the rounded parts make 11767
    assert amounts.rounded_precise_total_cents == 11768
    assert amounts.total_amount_cents == 11767


def test_the_last_credit_note_makes_up_for_what_rounding_gave_too_much_before():
    # Three fees of 68.33 at 20 %: 1366.6 each, billed together as round(4099.8) = 4100.
    each = [a_fee(6833, VAT, number=number) for number in (1, 2, 3)]
    first = credit_note_amounts([item(each[0], 6833)])
    assert (first.taxes_amount_cents, first.total_amount_cents) == (1367, 8200)
    exceeding = (first.taxes_amount_cents - first.precise_taxes_amount_cents) * 2
    last = credit_note_amounts([item(each[2], 6833)], tax_rounding_cents=exceeding)
    # 1366.6 − 0.4 − 0.4 = 1365.8
    assert last.precise_taxes_amount_cents == Decimal("1365.8")
    assert 2 * first.taxes_amount_cents + last.taxes_amount_cents == 4100


@given(st.lists(fees, min_size=1, max_size=5, unique_by=lambda fee: fee.id), st.data())
def test_credited_bit_by_bit_the_taxes_are_those_of_the_invoice(each, data):
    parts = [data.draw(st.integers(0, fee.amount_cents)) for fee in each]
    earlier = credit_note_amounts([item(fee, part) for fee, part in zip(each, parts, strict=True)])
    exceeding = earlier.taxes_amount_cents - earlier.precise_taxes_amount_cents
    rest = credit_note_amounts(
        [item(fee, fee.amount_cents - part) for fee, part in zip(each, parts, strict=True)],
        tax_rounding_cents=Decimal(exceeding),
    )
    whole = tax_invoice(
        [Taxable(fee.amount_cents - fee.precise_coupons_amount_cents, fee.taxes) for fee in each], Decimal(1)
    )
    # Of a cent that was rounded up too early the last one cannot take back more than it has.
    missing = earlier.taxes_amount_cents + rest.taxes_amount_cents - whole.amount_cents
    assert missing == 0 or (rest.taxes_amount_cents == 0 and missing == 1)


@given(st.lists(fees, min_size=1, max_size=5, unique_by=lambda fee: fee.id))
def test_the_total_is_at_most_a_cent_off_the_exact_one(each):
    amounts = credit_note_amounts([item(fee, fee.amount_cents) for fee in each])
    assert abs(amounts.total_amount_cents - amounts.rounded_precise_total_cents) <= 1
    assert takes_the_rest(amounts.items, each)


def test_an_item_takes_no_more_than_earlier_ones_left():
    check_items([item(a_fee(1000, credited=400), 600)])
    with pytest.raises(ValidationFailed) as refused:
        check_items([item(a_fee(1000, credited=400), 601)])
    assert refused.value.details == {"amount_cents": ["higher_than_remaining_fee_amount"]}


INVOICE = CreditedInvoice(
    sub_total_including_taxes_amount_cents=1200,
    paid_amount_cents=500,
    due_amount_cents=600,
    given_back=Split(credit_amount_cents=300, refund_amount_cents=100, offset_amount_cents=100),
)


def test_what_can_be_given_back_is_what_earlier_credit_notes_left():
    # 1200 − 300 − 100 of credit, 500 − 100 of refund, 600 due
    assert INVOICE.most(10_000) == Split(800, 400, 600)
    assert INVOICE.most(150) == Split(150, 150, 150)


def refusal(split: Split, *, cents: int, invoice: CreditedInvoice = INVOICE) -> dict[str, list[str]]:
    with pytest.raises(ValidationFailed) as refused:
        check_split(split, credit_note_amounts([item(a_fee(10_000), cents)]), invoice)
    return refused.value.details


@pytest.mark.parametrize(
    ("split", "field"),
    [
        (Split(801, 0, 0), "credit_amount_cents"),
        (Split(0, 401, 0), "refund_amount_cents"),
        (Split(0, 0, 601), "offset_amount_cents"),
    ],
)
def test_more_than_that_is_refused(split, field):
    assert refusal(split, cents=sum(split)) == {field: ["higher_than_remaining_invoice_amount"]}


def test_what_nobody_paid_is_not_refunded():
    unpaid = CreditedInvoice(1200, 0, 1200)
    refused = refusal(Split(refund_amount_cents=1), cents=1, invoice=unpaid)
    assert refused == {"refund_amount_cents": ["cannot_refund_unpaid_invoice"]}


def test_all_that_is_wrong_is_said_at_once():
    assert refusal(Split(801, 401, 0), cents=500) == {
        "credit_amount_cents": ["higher_than_remaining_invoice_amount"],
        "refund_amount_cents": ["higher_than_remaining_invoice_amount"],
        "base": ["does_not_match_item_amounts"],
    }


def test_a_cent_of_rounding_goes_to_the_way_that_is_used():
    amounts = credit_note_amounts([item(a_fee(39900, VAT, coupons="25000"), 26260)])
    invoice = CreditedInvoice(47880, 20000, 20000)
    for asked in (11767, 11768, 11769):
        check_split(Split(asked, 0, 0), amounts, invoice)
        assert fitted(Split(0, asked, 0), amounts.total_amount_cents) == Split(0, 11767, 0)
    with pytest.raises(ValidationFailed, match="does_not_match_item_amounts"):
        check_split(Split(11770, 0, 0), amounts, invoice)


def test_nothing_is_no_credit_note():
    assert refusal(Split(), cents=0) == {"base": ["total_amount_must_be_positive"]}


@pytest.mark.parametrize(
    ("price", "days", "period_days", "unused"),
    [(20000, 29, 30, "19333.33333"), (999, 15, 30, "499.49999"), (3100, 16, 31, "1600")],
)
def test_unused_days_cost_what_the_reference_system_finds(price, days, period_days, unused):
    assert unused_amount_cents(price, DayShare(days, period_days)) == Decimal(unused)


def returned_of(paid: int, *, due: int, refunds: bool = True, offsets: bool = False, whole: int = 9000) -> Split:
    fee = PaidFee(Decimal(9000), CreditedInvoice(whole, paid, due))
    return returned(3000, fee, refunds=refunds, offsets=offsets)


def test_without_refunds_all_unused_is_credit():
    assert returned_of(9000, due=0, refunds=False) == Split(credit_amount_cents=3000)


def test_what_was_paid_beyond_the_used_part_is_refunded():
    # 9000 − 3000 = 6000 used; of 7500 paid 1500 are too much
    assert returned_of(7500, due=1500) == Split(credit_amount_cents=1500, refund_amount_cents=1500)
    assert returned_of(9000, due=0) == Split(refund_amount_cents=3000)
    assert returned_of(6000, due=3000) == Split(credit_amount_cents=3000)


def test_with_offset_the_rest_comes_off_what_is_due():
    assert returned_of(7500, due=1500, offsets=True) == Split(refund_amount_cents=1500, offset_amount_cents=1500)
    # More than is due is credit.
    assert returned_of(6000, due=2000, offsets=True) == Split(credit_amount_cents=1000, offset_amount_cents=2000)


def test_of_a_shared_invoice_the_fee_was_paid_its_share():
    # 15000 of 18000 paid: 7500 for this fee
    assert returned_of(15000, due=3000, whole=18000) == Split(credit_amount_cents=1500, refund_amount_cents=1500)


@given(st.integers(0, 20000), st.integers(0, 20000), st.booleans(), st.booleans())
def test_what_is_returned_adds_up_to_the_unused_part(paid, due, refunds, offsets):
    split = returned_of(paid, due=due, refunds=refunds, offsets=offsets)
    assert split.total_amount_cents == 3000
    assert min(split) >= 0
