"""Amounts of an invoice over fees that were taxed before."""

from decimal import Decimal

from billing_site.kernel.ids import uuid7
from invoices.settlement import TaxedFee, TaxRate, settle_paid


def a_rate(percent: int) -> TaxRate:
    return TaxRate(uuid7(), f"vat-{percent}", "VAT", "", Decimal(percent))


def test_taxes_are_added_up_as_they_were_rounded() -> None:
    vat = a_rate(20)
    # 2 cents at 20 % are 0.4 each time: nothing, five times.
    settlement = settle_paid([TaxedFee(2, 0, ((vat, 0),))] * 5)
    assert (settlement.fees_amount_cents, settlement.taxes.amount_cents, settlement.total_amount_cents) == (10, 0, 10)
    assert settlement.taxes.rate_percent == 20


def test_each_tax_has_its_own_line_and_the_rate_is_weighted() -> None:
    vat, city = a_rate(20), a_rate(10)
    fees = [TaxedFee(300, 60, ((vat, 60),)), TaxedFee(100, 30, ((vat, 20), (city, 10)))]
    settlement = settle_paid(fees)
    lines = [(line.tax.code, line.base_amount_cents, line.amount_cents) for line in settlement.taxes.lines]
    assert lines == [("vat-20", 400, 80), ("vat-10", 100, 10)]
    # 20 on all of it, 10 on a quarter
    assert (settlement.total_amount_cents, settlement.taxes.rate_percent) == (490, Decimal("22.5"))


def test_fees_of_nothing_weigh_the_same() -> None:
    settlement = settle_paid([TaxedFee(0, 0, ((a_rate(20), 0),)), TaxedFee(0, 0, ())])
    assert (settlement.total_amount_cents, settlement.taxes.rate_percent) == (0, 10)
