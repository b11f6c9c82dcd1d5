"""The documents' typefaces: which font draws which characters, and how wide a text is.

All fonts are TrueType files beside this module and are embedded in the document, as PDF/A wants. A character
that Inter lacks is drawn in DejaVu Sans, one that both lack as an empty box.
"""

import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics

from invoices.documents.embedding import EmbeddedFont

_FOLDER = Path(__file__).parent / "fonts"
_FALLBACK = "DejaVuSans"


class Weight(StrEnum):
    REGULAR = "Inter-Regular"
    SEMI_BOLD = "Inter-SemiBold"


Run = tuple[EmbeddedFont, str]
"""A font and a text that it draws."""


@lru_cache
def typeface(name: str) -> EmbeddedFont:
    """The font of that name, loaded and made known to reportlab at its first use."""
    font = EmbeddedFont(name, _FOLDER / f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=8192)
def runs(text: str, weight: Weight) -> tuple[Run, ...]:
    """``text`` in pieces of one font each, as far as it is visible."""
    main = typeface(weight)
    if main.characters.issuperset(text):
        return ((main, text),)
    pieces = groupby(visible(text), lambda character: _font_of(character, main))
    return tuple((font, "".join(piece)) for font, piece in pieces)


def visible(text: str) -> str:
    """``text`` without control, formatting and surrogate characters."""
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")


def _font_of(character: str, main: EmbeddedFont) -> EmbeddedFont:
    if character in main.characters:
        return main
    fallback = typeface(_FALLBACK)
    return fallback if character in fallback.characters else main


@lru_cache(maxsize=16384)
def text_width(text: str, weight: Weight, size: float) -> float:
    """Width in points."""
    return size * sum(sum(map(font.unit_widths.__getitem__, piece)) for font, piece in runs(text, weight))
