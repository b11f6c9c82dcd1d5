"""Signing in: the page, the second factor, the lock-out."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.support.console import Console, an_operator, words

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("olga", password=PASSWORD)


def sign_in(browser: Client, password: str = PASSWORD, token: str = "") -> Any:
    form = {"username": "olga", "password": password, "otp_token": token, "next": "/admin/"}
    return browser.post(reverse("admin:login"), form)


def a_code(device: TOTPDevice) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    return f"{totp.token():06d}"


def test_the_right_password_leads_to_the_overview(user: User) -> None:
    response = sign_in(Client())
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_a_wrong_password_is_said_on_the_page(user: User) -> None:
    response = sign_in(Client(), password="wrong")
    assert response.status_code == 200
    assert "Please enter the correct username and password" in words(response.content.decode())


def test_after_ten_wrong_passwords_signing_in_is_blocked_with_a_readable_page(user: User) -> None:
    browser = Client()
    for _ in range(10):
        response = sign_in(browser, password="wrong")
    assert response.status_code == 429
    assert "Too many failed attempts" in response.content.decode()
    assert sign_in(browser).status_code == 429


def test_who_set_up_a_second_factor_needs_its_code(user: User) -> None:
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    refused = sign_in(Client())
    assert refused.status_code == 200
    assert "current code of your authenticator app" in refused.content.decode()
    assert sign_in(Client(), token="000000").status_code == 200
    TOTPDevice.objects.filter(pk=device.pk).update(throttling_failure_count=0)
    assert sign_in(Client(), token=a_code(device)).status_code == 302


def test_a_second_factor_counts_once_its_first_code_was_entered() -> None:
    operator = an_operator()
    console = Console(user=operator)
    assert "<svg" in console.open("two_step")
    device = TOTPDevice.objects.get(user=operator)
    assert not device.confirmed
    console.submit("two_step", expect=200, code="000000")
    TOTPDevice.objects.update(throttling_failure_count=0)
    console.submit("two_step", code=a_code(device))
    assert TOTPDevice.objects.get(user=operator).confirmed
    assert "Two-step sign-in is on" in console.open("two_step")


def test_another_ones_secret_is_nowhere_shown(user: User) -> None:
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    console = Console()
    assert device.key not in console.open("otp_totp_totpdevice_changelist")
    assert device.key not in console.open("otp_totp_totpdevice_change", device.pk)
