import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from invoices.documents.content import Deduction, DocumentStatus, PaperSize, Party, TextSection
from invoices.documents.labels import CATALOGUE, Labels, labels_for
from invoices.documents.pdf import render_invoice
from tests.invoices.documents.documents import invoice, invoice_with_everything, line, totals_of

HEAD = ("Item", "Units", "Unit price", "Tax rate", "Amount")


def pages_of(document) -> list[str]:
    """The text of each page, with plain spaces and line ends as spaces."""
    reader = PdfReader(BytesIO(render_invoice(document)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def text_of(document) -> str:
    return " ".join(pages_of(document))


def many_lines(count):
    return [line(f"Feature {number}") for number in range(count)]


def test_one_page_shows_who_owes_what_to_whom_and_until_when():
    text = text_of(invoice_with_everything())
    for shown in (
        "Invoice",
        "HOO-2024-0042",
        "February 1, 2024",
        "€172.20 due by March 2, 2024",
        "Hooli Cloud SAS",
        "12 rue du Faubourg",
        "FR 40 123456824",
        "Acme Robotics GmbH",
        "Müllerstraße 153",
        "accounts@acme.example",
        "Page 1 of 1",
    ):
        assert shown in text


def test_a_line_shows_units_price_tax_rate_and_amount_and_its_tiers_below():
    text = text_of(invoice_with_everything())
    assert "Storage 12.5 €2.00 20% €25.00" in text
    assert "API calls 15,250 20% €142.00 First 10,000 units 10,000 €0.01 €100.00" in text
    assert "Next units 5,250 €0.008 €42.00" in text
    assert "Business hours, 4 h response" in text


def test_the_totals_stand_in_the_order_of_settlement():
    text = text_of(invoice_with_everything())
    rows = [
        "Fees €235.00",
        "Usage already billed -€20.00",
        "Launch partner (10 %) -€21.50",
        "Subtotal excl. tax €193.50",
        "VAT (20% on €193.50) €38.70",
        "Subtotal incl. tax €232.20",
        "Credit notes -€10.00",
        "Prepaid credits -€50.00",
        "Total due €172.20",
    ]
    assert " ".join(rows) in text


def test_sums_that_would_repeat_the_row_above_are_left_out():
    untaxed = replace(
        totals_of(2500), taxes=(), sub_total_including_taxes_amount_cents=2500, total_due_amount_cents=2500
    )
    text = text_of(invoice(line(), totals=untaxed))
    assert "Subtotal excl. tax €25.00 Total due €25.00" in text


def test_every_page_repeats_the_head_of_the_table_and_counts_the_pages():
    pages = pages_of(invoice(*many_lines(200)))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert " ".join(HEAD) in page
        assert f"Page {number} of {len(pages)}" in page
        assert "HOO-2024-0042" in page


def test_all_of_200_lines_are_there_in_order():
    text = text_of(invoice(*many_lines(200)))
    assert re.findall(r"Feature (\d+) 12\.5", text) == [str(number) for number in range(200)]


@pytest.mark.parametrize("count", range(1, 45))
def test_totals_never_stand_on_a_page_without_a_line(count):
    last = pages_of(invoice(*many_lines(count)))[-1]
    assert "Total due" in last
    assert "Feature" in last


def test_a_heading_never_ends_a_page():
    groups = tuple(replace(invoice(line(f"Feature {n}")).groups[0], heading=f"Subscription {n}") for n in range(60))
    for page in pages_of(invoice(groups=groups, totals=totals_of(60 * 2500))):
        assert re.findall(r"Subscription (\d+)", page) == re.findall(r"Feature (\d+)", page)


def test_an_invoice_without_lines_says_so():
    text = text_of(invoice(groups=()))
    assert "No charges in this period" in text
    assert "Total due €0.00" in text
    # Nothing is due, so no day is named.
    assert "due by" not in text


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "¥17,220"), ("USD", "$172.20"), ("KWD", "KWD 17.220")])
def test_amounts_have_the_digits_of_the_currency(currency, amount):
    assert f"Total due {amount}" in text_of(invoice_with_everything(currency=currency))


@pytest.mark.parametrize("locale", sorted(CATALOGUE))
def test_every_word_is_in_the_language_of_the_locale(locale):
    text = text_of(invoice_with_everything(locale=locale))
    labels = CATALOGUE[locale]
    for label in (
        labels.invoice,
        labels.number,
        labels.item,
        labels.unit_price,
        labels.total_due,
        labels.prepaid_credits,
    ):
        assert label in text
    assert labels.page.format(page=1, pages=1) in text


@pytest.mark.parametrize("locale", sorted(CATALOGUE))
def test_labels_have_the_placeholders_they_promise(locale):
    labels = CATALOGUE[locale]
    assert all(getattr(labels, field.name) for field in fields(Labels))
    assert "31" in labels.due.format(date="31")
    assert labels.tax.format(name="VAT", rate="20%", base="€1").count("VAT") == 1


def test_a_region_counts_and_an_unknown_language_is_english_in_words_and_formats():
    assert labels_for("pt-BR") is CATALOGUE["pt"]
    assert "Total a pagar € 172,20" in text_of(invoice_with_everything(locale="pt_BR"))
    assert text_of(invoice_with_everything(locale="ja")) == text_of(invoice_with_everything(locale="en"))


@pytest.mark.parametrize(("status", "word"), [(DocumentStatus.DRAFT, "DRAFT"), (DocumentStatus.VOIDED, "VOID")])
def test_what_is_not_final_says_so_across_every_page(status, word):
    pages = pages_of(invoice(*many_lines(60), status=status))
    assert len(pages) > 1
    assert all(word in page for page in pages)
    assert word not in text_of(invoice(*many_lines(60)))


def test_the_same_content_gives_the_same_bytes_whatever_was_rendered_before():
    first = render_invoice(invoice_with_everything())
    render_invoice(invoice(line("Zażółć gęślą jaźń Ελλάδα Россия"), locale="de"))
    assert render_invoice(invoice_with_everything()) == first
    assert render_invoice(invoice_with_everything(notes="Another note")) != first


def test_threads_may_render_at_the_same_time():
    documents = [invoice(line(f"Zażółć {chr(0x400 + number)}"), number=str(number)) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(render_invoice, documents))
    assert together == [render_invoice(document) for document in documents]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Name of every font that a page names → is it embedded."""
    reader = PdfReader(BytesIO(pdf))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    return {font["/BaseFont"]: "/FontFile2" in font.get("/FontDescriptor", {}) for font in fonts}


def test_every_font_is_embedded():
    fonts = fonts_of(render_invoice(invoice(line("Ελλάδα Россия Zażółć שלום"))))
    assert all(fonts.values())
    assert {name.split("+")[1] for name in fonts} == {"Inter-Regular", "Inter-SemiBold", "DejaVuSans"}


def test_names_in_other_scripts_can_be_read_back():
    text = text_of(invoice(line("Zażółć gęślą jaźń"), line("Ελλάδα"), line("Россия"), line("Հայաստան")))
    for name in ("Zażółć gęślą jaźń", "Ελλάδα", "Россия", "Հայաստան"):
        assert name in text


def test_metadata_names_title_author_and_language():
    reader = PdfReader(BytesIO(render_invoice(invoice_with_everything(locale="pt-BR"))))
    assert reader.metadata.title == "Fatura HOO-2024-0042"
    assert reader.metadata.author == "Hooli Cloud SAS"
    assert reader.trailer["/Root"]["/Lang"] == "pt-BR"


def test_the_paper_may_be_letter():
    page = PdfReader(BytesIO(render_invoice(invoice_with_everything(paper=PaperSize.LETTER)))).pages[0]
    assert (page.mediabox.width, page.mediabox.height) == (612, 792)


def test_a_long_name_is_wrapped_and_not_lost():
    words = [f"word{number}" for number in range(300)]
    text = text_of(invoice(line(" ".join(words)), customer=Party("x" * 300)))
    assert re.findall(r"word\d+", text) == words
    assert text.replace(" ", "").count("x" * 300) == 1


def test_numbers_too_wide_for_the_page_shrink_and_stay_whole():
    wide = replace(line("Wide"), units=Decimal("9" * 40), unit_amount=Decimal("9" * 40), amount_cents=10**40)
    text = text_of(invoice(wide))
    assert f"{10**38:,}.00" in text
    assert "Wide" in text


def test_texts_under_the_totals_run_over_pages():
    sections = (TextSection("Terms", "\n".join(f"Clause {number}" for number in range(150))),)
    pages = pages_of(invoice(line(), sections=sections, payment_instructions="Pay", notes="Thanks"))
    assert len(pages) > 2
    assert re.findall(r"Clause (\d+)", " ".join(pages)) == [str(number) for number in range(150)]


def test_more_totals_than_fit_a_page_still_end():
    totals = replace(totals_of(2500), coupons=tuple(Deduction(1, f"Coupon {number}") for number in range(200)))
    assert len(set(re.findall(r"Coupon (\d+) -€0\.01", text_of(invoice(line(), totals=totals))))) == 200


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_is_accepted_anywhere(text, short):
    document = invoice(
        replace(line(text), description=text),
        number=short,
        title=short,
        locale=short,
        issuer=Party(short, text, (text, short), short, short),
        customer=Party(text, short, (short,) * 20),
        footer=text,
        notes=text,
        sections=(TextSection(short, text),),
        issuing_date=date(2024, 2, 29),
    )
    assert PdfReader(BytesIO(render_invoice(document))).pages
