"""A second factor for staff: whoever set one up is asked for its code at the log-in."""

from typing import Any

from django import forms
from django_otp import match_token, user_has_device
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES


class SignInForm(AuthenticationForm):
    otp_token = forms.CharField(required=False, label="Authentication code", max_length=16)

    is_code_missing = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"class": " ".join(BASE_INPUT_CLASSES), "autocomplete": "one-time-code", "inputmode": "numeric"}
        self.fields["otp_token"].widget.attrs.update(attributes)

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not user_has_device(user):
            return
        user.otp_device = match_token(user, self.cleaned_data.get("otp_token") or "")
        if user.otp_device is None:
            self.is_code_missing = True
            raise forms.ValidationError("Enter the current code of your authenticator app.", code="invalid_token")
