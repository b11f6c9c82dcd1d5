"""Organizations and their sandboxes come to be."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from customers.models import Organization
from customers.services.organization import create_organization, start_sandbox
from tests.support.builders import START

pytestmark = pytest.mark.django_db


def created(*arguments: str) -> list[dict]:
    printed = StringIO()
    call_command("create_organization", *arguments, stdout=printed)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def test_the_command_prints_one_organization_a_line_with_a_working_key():
    lines = created("Acme", "--sandbox", "--count", "3")
    assert [sorted(line) for line in lines] == [["api_key", "name", "organization_id", "sandbox"]] * 3
    assert len({line["organization_id"] for line in lines}) == 3
    for line in lines:
        headers = {"Authorization": f"Bearer {line['api_key']}"}
        shown = Client().get("/api/v1/organizations", headers=headers).json()["organization"]
        assert shown["lago_id"] == line["organization_id"]
        assert (line["name"], line["sandbox"]) == ("Acme", True)


def test_without_options_one_live_organization_is_created():
    (line,) = created("Acme")
    assert line["sandbox"] is False
    assert Organization.objects.get().sandbox is False


@pytest.mark.parametrize("arguments", [[], ["  "], ["x" * 256], ["Acme", "--count", "0"], ["Acme", "--count", "x"]])
def test_wrong_arguments_are_refused_in_words(arguments):
    with pytest.raises(CommandError):
        created(*arguments)
    assert not Organization.objects.exists()


def test_the_default_billing_entity_is_named_after_the_organization():
    organization = create_organization(name="Acme", at=START).organization
    entity = organization.billing_entities.get()
    assert entity.is_default
    assert entity.document_number_prefix == f"ACM-{str(organization.id)[-4:].upper()}"


def test_a_sandbox_stands_beside_its_live_organization_with_its_own_key():
    live = create_organization(name="Acme", at=START)
    sandbox = start_sandbox(live=live.organization, at=START)
    assert sandbox.organization.sandbox
    assert sandbox.organization.live_organization == live.organization
    assert sandbox.api_key_value != live.api_key_value
