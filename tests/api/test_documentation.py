"""The documentation of the API: complete, and asking nothing of other hosts."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from tests.api.routes import ROOT, documentation, operations

pytestmark = pytest.mark.django_db

OUTSIDE = re.compile(r"""(?:src|href|url)\s*[=:(]\s*["']?((?:https?:)?//[^"')\s]+)""")


def test_the_schema_is_valid_and_nothing_in_it_is_guessed(tmp_path):
    file = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))
    assert file.stat().st_size > 10_000


def test_every_operation_is_described():
    paths = documentation()["paths"]
    for operation in operations():
        described = paths[f"/{ROOT}{operation.path}"][operation.method.lower()]
        assert described["responses"]["200"], operation
        assert operation.method == "GET" or operation.body or not described.get("requestBody"), operation


def test_the_page_loads_only_from_here():
    page = Client().get("/api/docs/").content.decode()
    assert OUTSIDE.findall(page) == []
    # Swagger UI shows a badge of its maker's validator unless it is told not to.
    assert "validatorUrl" in page or "StandaloneLayout" not in page
    for asset in re.findall(r'(?:src|href)="/static/([^"?]+)', page):
        assert finders.find(asset), asset


def test_the_schema_that_the_page_shows_is_served():
    page = Client().get("/api/docs/").content.decode()
    assert "/api/schema/" in page
    assert Client().get("/api/schema/").status_code == 200
