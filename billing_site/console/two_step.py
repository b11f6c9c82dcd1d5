"""Setting up the second factor: an authenticator app reads the QR code, its first code proves it."""

from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.pages import frame, page

DEVICE_NAME = "Authenticator app"


class CodeForm(CommandForm):
    code = forms.CharField(
        label="Code",
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@page("two-step/", name="two_step", permission="")
def two_step(request: HttpRequest) -> HttpResponse:
    """Both turning it on and off need a current code of the app."""
    confirmed = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    device = confirmed or _unconfirmed(request.user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            return _turned(request, device, on=confirmed is None)
        form.add_error("code", "This is not the app's current code.")
    context: dict[str, Any] = {"form": form, "is_on": confirmed is not None}
    if confirmed is None:
        context |= {"qr": _qr(device.config_url), "secret": device.config_url.split("secret=")[1].split("&")[0]}
    return TemplateResponse(request, "admin/two_step.html", frame(request, "Two-step sign-in", **context))


def _unconfirmed(user: Any) -> TOTPDevice:
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name=DEVICE_NAME, confirmed=False)


def _turned(request: HttpRequest, device: TOTPDevice, *, on: bool) -> HttpResponse:
    if on:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        otp_login(request, device)
        messages.success(request, "From now on signing in asks for a code of your app.")
    else:
        device.delete()
        messages.success(request, "Two-step sign-in is off.")
    return HttpResponseRedirect(reverse("admin:two_step"))


def _qr(url: str) -> SafeString:
    drawn: str = segno.make(url).svg_inline(scale=5, light="#fff", border=3)
    return mark_safe(drawn)  # drawn by us: the address is in it as squares only
