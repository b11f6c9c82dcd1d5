"""Where texts break, and where they are cut off."""

from functools import lru_cache

from invoices.documents.theme import Style

ELLIPSIS = "…"


def wrap(text: str, style: Style, width: float) -> tuple[str, ...]:
    """``text`` in lines no wider than ``width`` points, broken at spaces, or inside a word that alone is too wide."""
    return tuple(line for paragraph in text.splitlines() for line in _wrap_paragraph(paragraph, style, width))


@lru_cache(maxsize=4096)
def _wrap_paragraph(paragraph: str, style: Style, width: float) -> tuple[str, ...]:
    if style.width(paragraph) <= width:
        return (paragraph,)
    lines: list[str] = []
    current = ""
    for word in paragraph.split(" "):
        longer = f"{current} {word}" if current else word
        if style.width(longer) <= width:
            current = longer
            continue
        if current:
            lines.append(current)
        *full, current = _split_word(word, style, width)
        lines.extend(full)
    return (*lines, current)


def _split_word(word: str, style: Style, width: float) -> list[str]:
    pieces = [""]
    used = 0.0
    for character in word:
        advance = style.width(character)
        if used + advance > width and pieces[-1]:
            pieces.append("")
            used = 0.0
        pieces[-1] += character
        used += advance
    return pieces


def shorten(text: str, style: Style, width: float) -> str:
    """``text`` if it fits in one line of ``width`` points, else its beginning and an ellipsis."""
    if style.width(text) <= width:
        return text
    return _split_word(text, style, width - style.width(ELLIPSIS))[0].rstrip() + ELLIPSIS
