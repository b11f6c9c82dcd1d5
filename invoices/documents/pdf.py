"""An invoice document as a PDF.

The flow is laid out first and painted after, so that every page knows how many there are. The same content gives
the same bytes: an ETag over them is stable.
"""

from dataclasses import replace
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from invoices.documents import theme, typeface
from invoices.documents.blocks import Block, PageRoom, paginate
from invoices.documents.content import InvoiceDocument
from invoices.documents.furniture import Furniture, furniture_of, paint_background, paint_footer
from invoices.documents.labels import Labels, document_locale, labels_for
from invoices.documents.letterhead import letterhead_blocks
from invoices.documents.pen import Pen
from invoices.documents.sections import section_blocks
from invoices.documents.table import HEAD_HEIGHT, Table, lines_table, paint_head
from invoices.documents.totals import totals_blocks
from invoices.documents.transfer import transfer_blocks

# Raise it whenever the same content begins to look different: kept documents tell which layout drew them.
TEMPLATE_VERSION = 2


def render_invoice(document: InvoiceDocument) -> bytes:
    """The document on as many pages as it needs, fonts embedded, in its locale's language and formats.

    Pure but for the fonts it reads once. Any text is accepted; characters that no font has become boxes.
    """
    document = replace(document, locale=document_locale(document.locale))
    return render(document, labels_for(document.locale))


def render(document: InvoiceDocument, labels: Labels) -> bytes:
    """The same in the words of ``labels``: receipts look like invoices."""
    page_width, page_height = document.paper.value
    width = page_width - 2 * theme.MARGIN
    table = lines_table(document, labels, width)
    furniture = furniture_of(document, labels, width)
    flow = [
        *letterhead_blocks(document, labels, width),
        *table.blocks,
        *totals_blocks(document, labels, width),
        *transfer_blocks(document, labels, width),
        *section_blocks(document, labels, width),
    ]
    pages = paginate(flow, _room(page_height, furniture))
    return _painted(pages, furniture, table)


def _room(page_height: float, furniture: Furniture) -> PageRoom:
    foot = theme.FOOT_MARGIN + furniture.footer_height + theme.GUTTER
    first = page_height - theme.MARGIN - foot
    return PageRoom(first, first - theme.RUNNING_HEAD, HEAD_HEIGHT)


def _painted(pages: list[list[Block]], furniture: Furniture, table: Table) -> bytes:
    buffer = BytesIO()
    canvas = _canvas(buffer, furniture.document, furniture.labels)
    pen = Pen(canvas, *furniture.document.paper.value)
    for page, blocks in enumerate(pages, start=1):
        paint_background(furniture, page, pen)
        _paint_blocks(blocks, page, table, pen)
        paint_footer(furniture, page, len(pages), pen)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _paint_blocks(blocks: list[Block], page: int, table: Table, pen: Pen) -> None:
    top = pen.page_height - theme.MARGIN
    if page > 1:
        top -= theme.RUNNING_HEAD
        if blocks and blocks[0].in_table:
            paint_head(table.head, table.columns, pen, top)
            top -= HEAD_HEIGHT
    for block in blocks:
        block.paint(pen, top)
        top -= block.height


def _canvas(buffer: BytesIO, document: InvoiceDocument, labels: Labels) -> Canvas:
    # Without an initial font of ours, reportlab names its own Helvetica, which is not embedded.
    main = typeface.typeface(typeface.Weight.REGULAR)
    canvas = Canvas(
        buffer,
        pagesize=document.paper.value,
        invariant=1,
        pageCompression=1,
        initialFontName=main.fontName,
        lang=document.locale.replace("_", "-"),
    )
    canvas.setTitle(typeface.visible(f"{document.title or labels.invoice} {document.number}"))
    canvas.setAuthor(typeface.visible(document.issuer.legal_name or document.issuer.name))
    canvas.setSubject(typeface.visible(document.customer.name))
    canvas.setCreator("Meterbook")
    return canvas
