"""How documents look: one accent colour, three greys, one typeface in two weights, and the distances in points."""

from dataclasses import dataclass

from invoices.documents.typeface import Weight, text_width


def _color(hexadecimal: str) -> str:
    return " ".join(f"{component / 255:.3f}" for component in bytes.fromhex(hexadecimal))


# Colours are written as PDF's operators take them: "red green blue" between 0 and 1.
INK = _color("16181D")
MUTED = _color("646B78")
HAIRLINE = _color("E3E6EB")
ACCENT = _color("3446D3")
WATERMARK = _color("EEF0F4")


@dataclass(frozen=True, slots=True)
class Style:
    """A text's weight, size, distance from line to line, and colour."""

    weight: Weight
    size: float
    leading: float
    color: str

    def width(self, text: str) -> float:
        return text_width(text, self.weight, self.size)


TITLE = Style(Weight.SEMI_BOLD, 22, 26, INK)
ISSUER = Style(Weight.SEMI_BOLD, 12, 16, ACCENT)
HERO = Style(Weight.SEMI_BOLD, 16, 21, INK)
NAME = Style(Weight.SEMI_BOLD, 9, 13, INK)
BODY = Style(Weight.REGULAR, 8.5, 12, INK)
BODY_STRONG = Style(Weight.SEMI_BOLD, 8.5, 12, INK)
BODY_MUTED = Style(Weight.REGULAR, 8.5, 12, MUTED)
CAPTION = Style(Weight.REGULAR, 7.5, 10.5, MUTED)
TIER = Style(Weight.REGULAR, 7.5, 11, MUTED)
TOTAL_DUE = Style(Weight.SEMI_BOLD, 11, 15, ACCENT)
WATERMARK_TEXT = Style(Weight.SEMI_BOLD, 110, 110, WATERMARK)

MARGIN = 46.0
ACCENT_BAR = 4.0
FOOT_MARGIN = 20.0
RUNNING_HEAD = 30.0
GUTTER = 16.0
