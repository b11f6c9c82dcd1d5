"""TrueType fonts in reportlab's documents, cut out once instead of once a document.

reportlab builds, compresses and describes the used part of each font anew for every document, which costs several times
what drawing a page does. Here every document starts from the same usual characters, so that nearly all documents need
the very same part, and that part is kept ready for embedding.
"""

import zlib
from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import DummyDoc, PDFDocument, PDFObject
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, TTFont, makeToUnicodeCMap

from billing_site.kernel.formatting import NO_BREAK_SPACE

# Base 85 only serves channels that lose the eighth bit; it makes pages a quarter larger.
rl_config.useA85 = 0

# Latin-1, and what European languages, our own labels and French numbers add to it.
USUAL_CHARACTERS = (
    "".join(map(chr, range(0xA1, 0x100)))
    + "\N{NARROW NO-BREAK SPACE}ŒœŠšŸŽžĄąĆćČčĎďĘęĚěŁłŃńŇňŐőŘřŚśŤťŮůŰűŹźŻż–—‘’‚“”„•…€−"
)

# Distinct parts of a font that are kept ready, each some 20 kB.
_PARTS_KEPT = 64
_TEXTS_KEPT = 16384


class WrittenObject(PDFObject):
    """An object of a document that is in PDF's own syntax already."""

    __RefOnly__ = 1

    def __init__(self, content: bytes) -> None:
        self.content = content

    def format(self, doc: PDFDocument) -> bytes:
        return self.content


@dataclass(frozen=True, slots=True)
class EmbeddedPart:
    """Up to 256 characters of a font as a document holds them; the two dictionaries still lack their references."""

    font: bytes
    descriptor: bytes
    to_unicode: bytes
    font_file: bytes


class EmbeddedFont(TTFont):
    """A font that knows its characters and widths, and adds ready parts to documents."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path), asciiReadable=True)
        # Besides saving work the lock guards reportlab's parser, which keeps its position in the file on the face.
        self._lock = Lock()
        self._part = lru_cache(maxsize=_PARTS_KEPT)(self._cut_out)
        # Of every character at size 1; those the font lacks are as wide as the box that stands for them.
        self.unit_widths: defaultdict[str, float] = defaultdict(lambda: self.face.defaultWidth / 1000)
        self.unit_widths.update({chr(code): width / 1000 for code, width in self.face.charWidths.items()})
        self.characters = frozenset(map(chr, self.face.charToGlyph))
        self._begun = self._state_with_usual_characters()
        self._usual_codes = {chr(code): f"{number:02x}" for code, number in self._begun.assignments.items()}
        self._usual_codes[NO_BREAK_SPACE] = self._usual_codes[" "]
        self._encode_usual = lru_cache(maxsize=_TEXTS_KEPT)(self._encoded_usual)

    def encoded(self, text: str, doc: PDFDocument) -> list[tuple[int, str]]:
        """``text`` as hexadecimal codes of the font's parts in ``doc``: (part, codes)."""
        if doc not in self.state:
            self._begin(doc)
        usual = self._encode_usual(text)
        if usual is not None:
            return [(0, usual)]
        return [(part, codes.hex()) for part, codes in self.splitString(text, doc)]

    def _begin(self, doc: PDFDocument) -> None:
        state = copy(self._begun)
        state.assignments = dict(state.assignments)
        state.subsets = [list(characters) for characters in state.subsets]
        self.state[doc] = state

    def _state_with_usual_characters(self) -> TTFont.State:
        doc = DummyDoc()
        self.splitString(USUAL_CHARACTERS, doc)
        return self.state[doc]

    def _encoded_usual(self, text: str) -> str | None:
        try:
            return "".join([self._usual_codes[character] for character in text])
        except KeyError:
            return None

    def addObjects(self, doc: PDFDocument) -> None:
        """Called by reportlab when the document is saved."""
        state = self.state[doc]
        state.frozen = 1
        for number, characters in enumerate(state.subsets):
            self._add_part(doc, number, tuple(characters))
        del self.state[doc]

    def _add_part(self, doc: PDFDocument, number: int, characters: tuple[int, ...]) -> None:
        name = self.getSubsetInternalName(number, doc)[1:]
        with self._lock:
            part = self._part(number, characters)
        font_file = _added(doc, f"fontFile:{name}", part.font_file)
        descriptor = _added(doc, f"fontDescriptor:{name}", part.descriptor + b"/FontFile2 %b >>" % font_file)
        to_unicode = _added(doc, f"toUnicode:{name}", part.to_unicode)
        references = b"/Name /%b /FontDescriptor %b /ToUnicode %b >>" % (name.encode(), descriptor, to_unicode)
        doc.idToObject["BasicFonts"].dict[name] = _added(doc, name, part.font + references)

    def _cut_out(self, number: int, characters: tuple[int, ...]) -> EmbeddedPart:
        base_name = f"{SUBSETN(number).decode()}+{self.face.name.decode()}"
        font_file = self.face.makeSubset(characters)
        return EmbeddedPart(
            font=self._font_entries(base_name, characters).encode(),
            descriptor=self._descriptor_entries(base_name).encode(),
            to_unicode=_stream(makeToUnicodeCMap(base_name, characters).encode()),
            font_file=_stream(font_file, f"/Length1 {len(font_file)} "),
        )

    def _font_entries(self, base_name: str, characters: tuple[int, ...]) -> str:
        widths = " ".join(f"{self.face.getCharWidth(code):.0f}" for code in characters)
        kind = f"<< /Type /Font /Subtype /TrueType /BaseFont /{base_name} "
        return f"{kind}/FirstChar 0 /LastChar {len(characters) - 1} /Widths [ {widths} ] "

    def _descriptor_entries(self, base_name: str) -> str:
        face = self.face
        flags = face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC
        box = " ".join(f"{edge:.0f}" for edge in face.bbox)
        return (
            f"<< /Type /FontDescriptor /FontName /{base_name} /Flags {flags} /FontBBox [ {box} ] "
            f"/ItalicAngle {face.italicAngle:.0f} /StemV {face.stemV:.0f} /MissingWidth {face.defaultWidth:.0f} "
            f"/Ascent {face.ascent:.0f} /Descent {face.descent:.0f} /CapHeight {face.capHeight:.0f} "
        )


def _stream(content: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< /Filter /FlateDecode {entries}/Length {len(packed)} >>\nstream\n"
    return head.encode() + packed + b"\nendstream\n"


def _added(doc: PDFDocument, name: str, content: bytes) -> bytes:
    """Add an object to the document; returns the reference to it."""
    return doc.Reference(WrittenObject(content), name).format(doc)
