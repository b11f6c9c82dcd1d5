"""Secrets of others (a payment provider's key) as they are stored: sealed with this installation's own key."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(secret: str) -> str:
    """Readable only with the same ``SECRET_KEY``; empty stays empty."""
    return _fernet().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """Empty where the ``SECRET_KEY`` is another one than the secret was sealed with."""
    try:
        return _fernet().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def _fernet() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"sealed {settings.SECRET_KEY}".encode()).digest()))
