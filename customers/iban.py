"""Account numbers of banks: ISO 13616."""

import re

_FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
GROUP = 4


def plain_iban(text: str) -> str:
    """As it is stored: ``"de89 3704 0044 0532 0130 00"`` is ``"DE89370400440532013000"``."""
    return "".join(text.split()).upper()


def is_iban(text: str) -> bool:
    """Whether the check digits are right: letters as numbers, the first four at the end, modulo 97 gives 1."""
    if not _FORM.fullmatch(text):
        return False
    return int("".join(str(int(character, 36)) for character in text[GROUP:] + text[:GROUP])) % 97 == 1


def is_bic(text: str) -> bool:
    return bool(_BIC.fullmatch(text))


def grouped_iban(iban: str) -> str:
    """As people read it: ``"DE89 3704 0044 0532 0130 00"``."""
    return " ".join(iban[start : start + GROUP] for start in range(0, len(iban), GROUP))
