"""Whom to send a document to again."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from customers.api.inputs.address import Email

MOST_ADDRESSES = 20


class ResendInput(CommandInput):
    """Without ``to`` the customer's own address; the body has no root."""

    root_name = "email"

    to = fields.ListOf(Email(), max_items=MOST_ADDRESSES)
    cc = fields.ListOf(Email(), max_items=MOST_ADDRESSES)
    bcc = fields.ListOf(Email(), max_items=MOST_ADDRESSES)
