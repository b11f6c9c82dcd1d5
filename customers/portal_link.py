"""Links that open one customer's portal for a while, without a password.

The token is the customer's id, signed together with the instant of signing. That instant is the real world's,
also in a sandbox: a link must end even when a test clock stands still.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from billing_site.kernel.errors import Forbidden
from customers.models import Customer

VALID_FOR = timedelta(hours=12)
_signer = TimestampSigner(salt="customers.portal_link")


def portal_url(customer: Customer) -> str:
    return f"{settings.PUBLIC_URL}/portal/{portal_token(customer)}"


def portal_token(customer: Customer) -> str:
    return _signer.sign(str(customer.id))


def customer_id_of(token: str) -> UUID:
    """Whose portal the token opens. Raises ``Forbidden``: ``portal_link_expired`` or ``portal_link_invalid``."""
    try:
        return UUID(_signer.unsign(token, max_age=VALID_FOR))
    except SignatureExpired as expired:
        raise Forbidden("portal_link_expired") from expired
    except (BadSignature, ValueError) as forged:
        raise Forbidden("portal_link_invalid") from forged
