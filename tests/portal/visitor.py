"""A customer with a browser."""

from typing import Any

from django.test import Client

from customers.models import Customer
from customers.portal_link import portal_token


class Visitor:
    """Opens the customer's link, then asks for pages below the customer's path: ``visitor.get("invoices")``."""

    def __init__(self, customer: Customer) -> None:
        self.client = Client(raise_request_exception=False)
        self.home = f"/portal/{customer.id}/"
        self.opened: Any = self.client.get(f"/portal/{portal_token(customer)}")

    def get(self, page: str = "", *, expect: int = 200, **headers: str) -> Any:
        response: Any = self.client.get(f"{self.home}{page}", headers=headers)
        assert response.status_code == expect, response.content.decode()
        return response

    def text(self, page: str = "") -> str:
        return self.get(page).content.decode()
