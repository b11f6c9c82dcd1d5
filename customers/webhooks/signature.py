"""Signatures of webhooks (protocol, 4.1): RS256 with this installation's key, or HMAC with the endpoint's."""

import base64
import hashlib
import hmac
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from customers.models import SignatureAlgorithm, WebhookSigningKey

KEY_BITS = 2048


def signed(body: bytes, *, algorithm: str, hmac_key: str, private_key: str, issuer: str) -> str:
    """``X-Lago-Signature`` of a body; ``issuer`` is the address of this installation."""
    if algorithm == SignatureAlgorithm.HMAC:
        return hmac_signature(body, hmac_key)
    return jwt.encode({"data": body.decode(), "iss": issuer}, private_key, algorithm="RS256")


def hmac_signature(body: bytes, hmac_key: str) -> str:
    return base64.b64encode(hmac.digest(hmac_key.encode(), body, hashlib.sha256)).decode()


def private_key_pem() -> str:
    """The key of this installation. Of two that make it at once, one is kept."""
    stored = WebhookSigningKey.objects.first()
    if stored is None:
        WebhookSigningKey.objects.bulk_create([WebhookSigningKey(private_key=_new_key())], ignore_conflicts=True)
        stored = WebhookSigningKey.objects.get()
    return stored.private_key


@cache
def public_key_pem(private_key: str) -> bytes:
    """What receivers verify with."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()
