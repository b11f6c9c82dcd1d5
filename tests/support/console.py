"""An operator at the console."""

import re
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from customers.models import Organization

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Console:
    """A signed-in browser without JavaScript, working in one organization."""

    def __init__(self, organization: Organization | None = None, user: User | None = None) -> None:
        self.browser = Client()
        self.browser.force_login(user or an_operator(), backend=BACKEND)
        if organization is not None:
            self.browser.post(reverse("admin:switch_organization", args=[organization.pk]))

    def open(self, page: str, /, *arguments: Any, expect: int = 200, **query: Any) -> str:
        """The text of a page: ``open("plans_plan_changelist", q="pro")``."""
        response = self.browser.get(reverse(f"admin:{page}", args=arguments), query)
        assert response.status_code == expect, response.status_code
        return response.content.decode()

    def show(self, row: Model, /, *, expect: int = 200, **query: Any) -> str:
        return self.open(f"{_name(row)}_change", row.pk, expect=expect, **query)

    def press(self, row: Model, button: str, /, *, expect: int = 302, **values: Any) -> Any:
        """Press a button of a row and answer its question; the response."""
        url = reverse(f"admin:{_name(row)}_do_one", args=[row.pk, button])
        response = self.browser.post(url, values)
        assert response.status_code == expect, response.content.decode()[:2000]
        return response

    def submit(self, page: str, /, *arguments: Any, expect: int = 302, **values: Any) -> Any:
        response = self.browser.post(reverse(f"admin:{page}", args=arguments), values)
        assert response.status_code == expect, errors_in(response.content.decode())
        return response

    def sentences(self) -> str:
        """What the console said about the last command, on the page after it."""
        return words(self.open("two_step"))


def an_operator(*permissions: str, username: str = "operator") -> User:
    """Staff with these permissions (``invoices.view_invoice``); without any, one who may do everything."""
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(username, is_staff=True, is_superuser=not permissions)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def words(html: str) -> str:
    """The text of a page, without tags and runs of blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def errors_in(html: str) -> list[str]:
    found = re.findall(r'<p class="mb-error"[^>]*>(.*?)</p>', html, re.S)
    found += re.findall(r'<(?:div|p) class="mb-alert" role="alert">(.*?)</(?:div|p)>', html, re.S)
    return [line for line in map(words, found) if line]


def _name(row: Model) -> str:
    return f"{row._meta.app_label}_{row._meta.model_name}"
