"""API keys open one organization, for as long as they are good."""

from datetime import timedelta

import pytest
from django.test import Client

from billing_site.kernel.clock import wall_now
from customers.models import ApiKey
from customers.services.api_key import create_api_key, revoke_api_key, rotate_api_key
from tests.support.builders import an_organization

pytestmark = pytest.mark.django_db


def answer(authorization: str | None) -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = Client().get("/api/v1/organizations", headers=headers)
    if response.status_code == 401:
        assert response.json() == {"status": 401, "error": "Unauthorized"}
    return response.status_code


@pytest.fixture
def key() -> tuple[ApiKey, str]:
    return create_api_key(organization=an_organization(), at=wall_now())


def test_only_the_hash_of_a_key_is_stored(key):
    row, value = key
    stored = [str(getattr(row, field.attname)) for field in ApiKey._meta.fields]
    assert not any(value in text for text in stored)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token"])
def test_the_second_word_is_the_key_whatever_the_scheme(key, scheme):
    assert answer(f"{scheme} {key[1]}") == 200


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer  ", "Bearer nope", "Bearer \xff\x00"])
def test_anything_else_is_unauthorized(authorization):
    assert answer(authorization) == 401


def test_a_revoked_key_is_refused_from_then_on(key):
    row, value = key
    assert answer(f"Bearer {value}") == 200
    revoke_api_key(api_key=row, at=wall_now())
    assert answer(f"Bearer {value}") == 401


def test_rotation_gives_a_new_key_and_ends_the_old_one_at_its_time(key):
    row, value = key
    _, second = rotate_api_key(api_key=row, at=wall_now(), expires_at=wall_now() + timedelta(hours=1))
    assert (answer(f"Bearer {value}"), answer(f"Bearer {second}")) == (200, 200)
    rotate_api_key(api_key=row, at=wall_now())
    assert answer(f"Bearer {value}") == 401
