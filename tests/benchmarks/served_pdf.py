"""The PDFs of issued invoices behind the links of the API: drawn at the first opening and kept, then only served."""

from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client

from invoices.file_link import file_url
from invoices.models import Invoice, InvoiceDocument
from tests.benchmarks.billed_month import a_billed_month
from tests.benchmarks.billing import in_turn
from tests.benchmarks.database import database
from tests.benchmarks.processor import Spent, once


def served(count: int) -> Iterator[tuple[str, Spent]]:
    """What is done, and what one of ``count`` invoices costs."""
    with database():
        in_turn(a_billed_month(count + 1))
        browser = Client()
        first, *links = [str(file_url(invoice)) for invoice in Invoice.objects.all()]
        # What is read once (fonts, words) is nobody's cost.
        _opened(browser, first, 200)
        yield "drawn, kept, served", _each(links, lambda link: _opened(browser, link, 200))
        assert InvoiceDocument.objects.count() == len(links) + 1 == count + 1
        yield "kept, served", _each(links, lambda link: _opened(browser, link, 200))
        tags = {link: _opened(browser, link, 200).headers["ETag"] for link in links}
        yield "kept, unchanged (304)", _each(links, lambda link: _opened(browser, link, 304, tags[link]))


def _each(links: list[str], work: Callable[[str], Any]) -> Spent:
    spent = once(lambda: [work(link) for link in links])
    return Spent(spent.python / len(links), spent.sql / len(links))


def _opened(browser: Client, link: str, status: int, tag: str = "") -> Any:
    answer = browser.get(link, headers={"If-None-Match": tag} if tag else {})
    assert answer.status_code == status, answer.status_code
    assert answer.content.startswith(b"%PDF-") == (status == 200)
    return answer
