"""Pages of long lists."""

import pytest

from billing_site.kernel.api import pagination
from billing_site.kernel.api.pagination import page_of
from customers.models import Customer
from tests.support.builders import a_customer, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers():
    organization = an_organization()
    for number in range(7):
        a_customer(organization, f"c{number}")
    return Customer.objects.filter(organization=organization)


def test_pages_tile_the_list(customers):
    pages = [page_of(customers, {"page": number, "per_page": 3}) for number in (1, 2, 3)]
    assert [row.external_id for page in pages for row in page.rows] == [f"c{n}" for n in (6, 5, 4, 3, 2, 1, 0)]
    assert [page.meta()["next_page"] for page in pages] == [2, 3, None]
    assert {page.meta()["total_count"] for page in pages} == {7}


def test_a_page_that_ends_exactly_has_no_next(customers):
    assert page_of(customers, {"per_page": 7}).meta()["next_page"] is None


def test_beyond_the_end_there_are_no_rows_and_no_neighbours(customers):
    page = page_of(customers, {"page": 9, "per_page": 3})
    assert page.rows == []
    assert page.meta() == {
        "current_page": 9,
        "next_page": None,
        "prev_page": None,
        "total_pages": 3,
        "total_count": 7,
    }


def test_a_page_has_at_most_a_thousand_rows(customers):
    assert page_of(customers, {"per_page": 10**9}).per_page == 1000


def test_the_last_page_needs_no_count(customers, django_assert_num_queries):
    with django_assert_num_queries(1):
        page_of(customers, {})


def test_long_lists_are_counted_by_the_planner(customers, monkeypatch):
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 3)
    page = page_of(customers, {"per_page": 2})
    assert page.total_count >= 4
    assert page.meta()["next_page"] == 2
    assert page_of(customers, {"page": 4, "per_page": 2}).meta()["total_count"] == 7
