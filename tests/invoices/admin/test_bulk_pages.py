"""Many rows at once, from the list to the last row."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import BulkJob, Customer, Organization
from invoices.models import BillingHold
from tests.support.builders import a_customer, an_organization
from tests.support.console import Console, an_operator, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization()


def tick(console: Console, page: str, action: str, *rows: Any, **fields: Any) -> Any:
    """Tick rows of a list and choose what to do to them."""
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows], "index": "0", **fields}
    return console.browser.post(reverse(f"admin:{page}"), chosen)


def test_ticked_customers_are_held_once_that_was_tried_out(organization: Organization) -> None:
    console, customers = Console(organization), [a_customer(organization, name=f"Customer {n}") for n in range(3)]
    BillingHold.objects.create(
        organization=organization, customer=customers[0], reason="Earlier.", created_at=organization.now()
    )
    asked = tick(console, "customers_customer_changelist", "hold_customers", *customers[:2])
    job = BulkJob.objects.get()
    assert asked.url == reverse("admin:customers_bulkjob_do_one", args=[job.pk, "try"])
    assert "for 2 of them; it is tried out first" in words(console.browser.get(asked.url).content.decode())
    console.press(job, "try", reason="Under review.")
    page = words(console.show(job))
    assert "2 of 2 rows" in page
    assert "It is held already." in page
    assert BillingHold.objects.count() == 1
    assert "Hold billing 1 of them now. 1 would be refused" in words(
        console.open("customers_bulkjob_do_one", job.pk, "run")
    )
    console.press(job, "run")
    assert BillingHold.objects.get(customer=customers[1]).reason == "Under review."
    assert "Customer 1" in words(console.show(job, show="done"))
    assert "Customer 0" not in words(console.show(job, show="done"))


def test_all_of_a_filtered_list_may_be_ticked(organization: Organization) -> None:
    console = Console(organization)
    for number in range(3):
        a_customer(organization, name=f"Tenant {number}")
    a_customer(organization, name="Somebody else")
    chosen = {"action": "release_customers", "_selected_action": ["0"], "index": "0", "select_across": "1"}
    url = reverse("admin:customers_customer_changelist")
    console.browser.post(f"{url}?q=Tenant", chosen)
    job = BulkJob.objects.get()
    assert {row.label for row in job.rows.all()} == {"Tenant 0", "Tenant 1", "Tenant 2"}
    # Without options it is tried out at once.
    assert "Nothing holds it." in words(console.show(job))


def test_who_may_not_change_one_may_not_change_many(organization: Organization) -> None:
    customer = a_customer(organization)
    looking = an_operator("customers.view_customer", "customers.change_bulkjob", username="looking")
    tick(Console(organization, looking), "customers_customer_changelist", "hold_customers", customer)
    assert not BulkJob.objects.exists()
    tick(Console(organization), "customers_customer_changelist", "hold_customers", customer)
    Console(organization, looking).press(BulkJob.objects.get(), "try", reason="Mine.", expect=403)


def test_a_job_of_another_organization_is_not_found(organization: Organization) -> None:
    strangers = an_organization("Strangers")
    tick(Console(strangers), "customers_customer_changelist", "release_customers", a_customer(strangers))
    Console(organization).show(BulkJob.objects.get(), expect=404)
    assert Customer.objects.count() == 1
