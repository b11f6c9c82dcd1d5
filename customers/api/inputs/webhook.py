"""The body of a webhook endpoint."""

import httpx

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from customers.models import SignatureAlgorithm


class WebAddress(fields.Text):
    """``https://host/path``, without a password in it."""

    def __init__(self) -> None:
        super().__init__(required=True, max_length=2048, trim=True)

    def to_internal_value(self, data: object) -> str:
        address = super().to_internal_value(data)
        try:
            parsed = httpx.URL(address)
        except (httpx.InvalidURL, UnicodeError):
            self.fail("invalid")
        if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
            self.fail("invalid")
        return address


class WebhookEndpointInput(CommandInput):
    root_name = "webhook_endpoint"

    webhook_url = WebAddress()
    signature_algo = fields.Choice(SignatureAlgorithm)
    name = fields.Text()
    event_types = fields.ListOf(fields.Text(max_length=64), allow_null=True, cleared_to=None)
