"""Documents as balanced lines."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.journal import (
    Account,
    BilledInvoice,
    IssuedCreditNote,
    Line,
    Subject,
    Unbalanced,
    balanced,
    credit_note_lines,
    credit_note_void_lines,
    invoice_lines,
    lost_lines,
    reversed_lines,
    void_lines,
    write_off_lines,
)

PLAN, CHARGE, SETUP, CREDITS = (
    Subject("subscription", UUID(int=1), "plan", UUID(int=1)),
    Subject("charge", UUID(int=2), "seats", UUID(int=1)),
    Subject("add_on", UUID(int=3), "setup"),
    Subject("credit", UUID(int=4), "credit"),
)
VAT, CITY = Subject("tax", UUID(int=5), "vat"), Subject("tax", UUID(int=6), "city")
LESS = ("progressive", "coupons", "notes", "prepaid")
cents = st.integers(0, 10**9)


def an_invoice(fees, taxes=(), *, tax=None, **less):
    """``less``: progressive credit, coupons, credit notes and prepaid credits."""
    tax = sum(each for _, each in taxes) if tax is None else tax
    progressive, coupons, notes, prepaid = (less.get(name, 0) for name in LESS)
    total = sum(each for _, each in fees) - progressive - coupons + tax - notes - prepaid
    return BilledInvoice(fees, taxes, tax, progressive, coupons, notes, prepaid, total)


def a_note(items, taxes=(), *, coupons=0, **split):
    tax = sum(each for _, each in taxes)
    credit, refund, offset = (split.get(name, 0) for name in ("credit", "refund", "offset"))
    return IssuedCreditNote(items, taxes, credit + refund + offset - tax, tax, coupons, 0, credit, refund, offset)


def by_account(lines):
    sums: Counter[str] = Counter()
    for line in lines:
        sums[str(line.account)] += line.amount_cents
    return dict(sums)


@st.composite
def invoices(draw):
    """Any that settlement may make: nothing below zero at any step."""
    subjects = st.sampled_from([PLAN, CHARGE, SETUP])
    fees = draw(st.lists(st.tuples(subjects, cents), max_size=5))
    whole = sum(each for _, each in fees)
    progressive = draw(st.integers(0, whole))
    coupons = draw(st.integers(0, whole - progressive))
    taxes = draw(st.lists(st.tuples(st.sampled_from([VAT, CITY]), cents), max_size=2, unique_by=lambda each: each[0]))
    tax = sum(each for _, each in taxes)
    due = whole - progressive - coupons + tax
    notes = draw(st.integers(0, due))
    prepaid = draw(st.integers(0, due - notes))
    return an_invoice(fees, taxes, progressive=progressive, coupons=coupons, notes=notes, prepaid=prepaid, tax=tax)


def test_an_invoice_books_revenue_and_tax_against_what_settles_it():
    # 100.00 − 10.00 + 18.00 tax = 108.00, of which 30.00 are prepaid
    invoice = an_invoice([(PLAN, 4000), (CHARGE, 6000)], [(VAT, 1800)], coupons=1000, prepaid=3000)
    assert set(invoice_lines(invoice)) == {
        Line(Account.REVENUE, -4000, PLAN),
        Line(Account.REVENUE, -6000, CHARGE),
        Line(Account.TAX_PAYABLE, -1800, VAT),
        Line(Account.COUPONS, 1000),
        Line(Account.CREDITS_LIABILITY, 3000),
        Line(Account.ACCOUNTS_RECEIVABLE, 7800),
    }


def test_fees_of_one_charge_are_one_line():
    lines = invoice_lines(an_invoice([(CHARGE, 100), (CHARGE, 50)]))
    assert lines == (Line(Account.REVENUE, -150, CHARGE), Line(Account.ACCOUNTS_RECEIVABLE, 150))


def test_credits_that_are_sold_are_owed_and_not_earned():
    assert by_account(invoice_lines(an_invoice([(CREDITS, 5000)]))) == {
        "unpaid_credits": -5000,
        "accounts_receivable": 5000,
    }


def test_a_cent_that_rounding_left_out_is_on_the_largest_tax():
    lines = invoice_lines(an_invoice([(PLAN, 100)], [(CITY, 3), (VAT, 4)], tax=8))
    assert Line(Account.TAX_PAYABLE, -5, VAT) in lines
    assert Line(Account.TAX_PAYABLE, -3, CITY) in lines


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(Unbalanced):
        balanced([Line(Account.CASH, 2), Line(Account.ACCOUNTS_RECEIVABLE, -1)])


@given(invoices())
def test_every_invoice_balances_and_its_void_is_the_exact_inverse(invoice):
    issued = invoice_lines(invoice)
    assert sum(line.amount_cents for line in issued) == 0
    assert set(void_lines(issued)) == set(reversed_lines(issued))


@given(invoices(), st.integers(0, 10**9))
def test_what_was_offset_before_is_not_taken_back_twice(invoice, offset):
    offset = min(offset, invoice.total_amount_cents)
    left = by_account(void_lines(invoice_lines(invoice), offset_cents=offset))
    assert sum(left.values()) == 0
    assert left.get("accounts_receivable", 0) == offset - invoice.total_amount_cents


def test_a_void_with_a_credit_note_takes_back_what_is_due():
    # 120.00 with tax, of which 40.00 were prepaid and 80.00 are due: two thirds of 100.00 and of 20.00
    issued = invoice_lines(an_invoice([(PLAN, 10000)], [(VAT, 2000)], prepaid=4000))
    assert by_account(write_off_lines(issued, due_cents=8000)) == {
        "revenue": 6667,
        "tax_payable": 1333,
        "accounts_receivable": -8000,
    }
    assert write_off_lines(issued, due_cents=0) == ()


def test_a_credit_note_takes_back_revenue_discounts_and_tax():
    # 100.00 − 10.00 + 18.00 = 108.00: 50.00 as credit, 50.00 back, 8.00 less to pay
    note = a_note([(PLAN, 10000)], coupons=1000, taxes=[(VAT, 1800)], credit=5000, refund=5000, offset=800)
    assert by_account(credit_note_lines(note)) == {
        "revenue": 10000,
        "coupons": -1000,
        "tax_payable": 1800,
        "credit_notes_liability": -5000,
        "refunds_payable": -5000,
        "accounts_receivable": -800,
    }


def test_items_whose_rounded_sum_misses_the_total_make_up_for_it_on_the_largest():
    # Items of 33.4 and 33.4 unused days: 33 + 33 rounded, 67 together
    assert by_account(credit_note_lines(a_note([(PLAN, 33), (CHARGE, 33)], credit=67)))["credit_notes_liability"] == -67


@given(cents, cents, st.integers(1, 10**9), st.data())
def test_voiding_a_credit_note_earns_what_was_left(first, second, tax, data):
    note = a_note([(PLAN, first), (CHARGE, second)], taxes=[(VAT, tax)], credit=first + second + tax)
    issued = credit_note_lines(note)
    left = data.draw(st.integers(0, note.credit_amount_cents))
    voided = credit_note_void_lines(issued, balance_cents=left)
    assert sum(line.amount_cents for line in voided) == 0
    assert by_account(voided).get("credit_notes_liability", 0) == left
    if left == note.credit_amount_cents:
        assert set(voided) == set(reversed_lines(issued))


def test_lost_credits_cost_nothing_if_granted_and_are_earned_if_bought():
    assert by_account(lost_lines(granted_cents=300, purchased_cents=700)) == {
        "credits_liability": 1000,
        "granted_credits": -300,
        "forfeited_credits": -700,
    }
