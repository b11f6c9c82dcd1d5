"""How the documents of an issuer are named at first."""

from uuid import UUID

LETTERS = 3
ID_CHARACTERS = 4


def default_prefix(name: str, issuer_id: UUID) -> str:
    """Three letters of the name and four characters of the id: ``"ACM-1F3C"`` (3-I1)."""
    return f"{name[:LETTERS].upper()}-{str(issuer_id)[-ID_CHARACTERS:].upper()}"
