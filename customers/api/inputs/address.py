"""A postal address, and an e-mail address."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class AddressInput(CommandInput):
    address_line1 = fields.Text()
    address_line2 = fields.Text()
    city = fields.Text()
    state = fields.Text()
    zipcode = fields.Text(max_length=32)
    country = fields.Country()


class Email(fields.Text):
    """One address, or several with commas between them."""

    def __init__(self) -> None:
        super().__init__(max_length=512, trim=True, error_messages={"invalid": "invalid_email_format"})

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        try:
            for address in text.split(",") if text else ():
                validate_email(address.strip())
        except ValidationError:
            self.fail("invalid")
        return text
