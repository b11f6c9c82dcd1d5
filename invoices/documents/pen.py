"""Drawing on one document's canvas: texts and lines within the margins. y counts upwards from the page's foot.

Operators are written as they stand in the page: going through reportlab's text objects takes three times as long.
"""

from reportlab.pdfgen.canvas import Canvas

from invoices.documents import theme
from invoices.documents.theme import Style
from invoices.documents.typeface import runs

# Rows of modules, true where they are dark.
Matrix = tuple[tuple[bool, ...], ...]


class Pen:
    def __init__(self, canvas: Canvas, page_width: float, page_height: float) -> None:
        self.canvas = canvas
        self.page_width = page_width
        self.page_height = page_height
        self.left = theme.MARGIN
        self.right = page_width - theme.MARGIN

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Text that starts at ``x`` on the baseline ``y``."""
        doc = self.canvas._doc
        shown = [
            f"{font.getSubsetInternalName(part, doc)} {style.size:.4g} Tf <{codes}> Tj"
            for font, piece in runs(text, style.weight)
            for part, codes in font.encoded(piece, doc)
        ]
        self.canvas.addLiteral(f"BT {style.color} rg {x:.2f} {y:.2f} Td {' '.join(shown)} ET")

    def text_right(self, x: float, y: float, text: str, style: Style) -> None:
        """Text that ends at ``x``."""
        self.text(x - style.width(text), y, text, style)

    def text_below(self, x: float, top: float, lines: tuple[str, ...], style: Style) -> float:
        """Lines under each other, the first below ``top``; returns the y under the last one."""
        for line in lines:
            self.text(x, baseline(top, style), line, style)
            top -= style.leading
        return top

    def rule(self, y: float, *, color: str = theme.HAIRLINE, indent: float = 0, width: float = 0.6) -> None:
        """A horizontal line at ``y`` between the margins."""
        self.canvas.addLiteral(f"{color} RG {width} w {self.left + indent:.2f} {y:.2f} m {self.right:.2f} {y:.2f} l S")

    def bar(self, height: float, color: str) -> None:
        """A filled bar along the upper edge of the page."""
        self.canvas.addLiteral(f"{color} rg 0 {self.page_height - height:.2f} {self.page_width} {height} re f")

    def squares(self, x: float, top: float, size: float, matrix: Matrix) -> None:
        """A square of dark modules, its upper left corner at ``x`` and ``top``."""
        side = size / len(matrix)
        dark = [
            f"{x + column * side:.2f} {top - (row + 1) * side:.2f} {side:.3f} {side:.3f} re"
            for row, modules in enumerate(matrix)
            for column, is_dark in enumerate(modules)
            if is_dark
        ]
        self.canvas.addLiteral(f"0 0 0 rg {' '.join(dark)} f")

    def across(self, text: str, style: Style) -> None:
        """One large word along the page's diagonal."""
        self.canvas.saveState()
        self.canvas.translate(self.page_width / 2, self.page_height / 2)
        self.canvas.rotate(45)
        self.text(-style.width(text) / 2, -style.size / 3, text, style)
        self.canvas.restoreState()


def baseline(top: float, style: Style) -> float:
    """Where letters stand in a line of ``style`` whose upper edge is ``top``."""
    return top - (style.leading + style.size * 0.72) / 2
