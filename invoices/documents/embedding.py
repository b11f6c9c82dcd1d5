"""TrueType fonts in reportlab's documents, cut out once instead of once a document.

reportlab builds, compresses and describes the used part of each font anew for every document, which costs several times
what drawing a page does. Here every document starts from the same usual characters, so that nearly all documents need
the very same part, and that part is kept ready for embedding.
"""

import zlib
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import DummyDoc, PDFDictionary, PDFDocument, PDFName, PDFStream
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, TTFont, makeToUnicodeCMap

# Base 85 only serves channels that lose the eighth bit; it makes pages a quarter larger.
rl_config.useA85 = 0

# Latin-1, and what European languages and our own labels add to it.
USUAL_CHARACTERS = "".join(map(chr, range(0xA1, 0x100))) + "ŒœŠšŸŽžĄąĆćČčĎďĘęĚěŁłŃńŇňŐőŘřŚśŤťŮůŰűŹźŻż–—‘’‚“”„•…€−"

# Distinct parts of a font that are kept ready, each some 20 kB.
_PARTS_KEPT = 64
_TEXTS_KEPT = 16384


@dataclass(frozen=True, slots=True)
class EmbeddedPart:
    """Up to 256 characters of a font, as they stand in a document: widths in PDF syntax, streams compressed."""

    widths: bytes
    to_unicode: bytes
    font_file: bytes
    font_file_length: int


class EmbeddedFont(TTFont):
    """A font that knows its characters and widths, and adds ready parts to documents."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path), asciiReadable=True)
        # Besides saving work the lock guards reportlab's parser, which keeps its position in the file on the face.
        self._lock = Lock()
        self._part = lru_cache(maxsize=_PARTS_KEPT)(self._cut_out)
        self.unit_widths = {chr(code): width / 1000 for code, width in self.face.charWidths.items()}
        self.missing_width = self.face.defaultWidth / 1000
        self.characters = frozenset(map(chr, self.face.charToGlyph))
        self._begun = self._state_with_usual_characters()
        self._usual_codes = {chr(code): f"{number:02x}" for code, number in self._begun.assignments.items()}
        self._encode_usual = lru_cache(maxsize=_TEXTS_KEPT)(self._encoded_usual)

    def begin(self, doc: PDFDocument) -> None:
        """Give a new document the usual characters first."""
        state = copy(self._begun)
        state.assignments = dict(state.assignments)
        state.subsets = [list(characters) for characters in state.subsets]
        self.state[doc] = state

    def encoded(self, text: str, doc: PDFDocument) -> list[tuple[int, str]]:
        """``text`` as hexadecimal codes of the font's parts in a document that has begun: (part, codes)."""
        usual = self._encode_usual(text)
        if usual is not None:
            return [(0, usual)]
        return [(part, codes.hex()) for part, codes in self.splitString(text, doc)]

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
        internal_name = self.getSubsetInternalName(number, doc)[1:]
        base_name = f"{SUBSETN(number).decode()}+{self.face.name.decode()}"
        with self._lock:
            part = self._part(base_name, characters)
        font_file = _compressed_stream(part.font_file, Length1=part.font_file_length)
        descriptor = self._descriptor(base_name, doc.Reference(font_file, f"fontFile:{base_name}"))
        font = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("TrueType"),
                "Name": PDFName(internal_name),
                "BaseFont": PDFName(base_name),
                "FirstChar": 0,
                "LastChar": len(characters) - 1,
                "Widths": part.widths,
                "ToUnicode": doc.Reference(_compressed_stream(part.to_unicode), f"toUnicodeCMap:{base_name}"),
                "FontDescriptor": doc.Reference(descriptor, f"fontDescriptor:{base_name}"),
            }
        )
        doc.idToObject["BasicFonts"].dict[internal_name] = doc.Reference(font, internal_name)

    def _cut_out(self, base_name: str, characters: tuple[int, ...]) -> EmbeddedPart:
        font_file = self.face.makeSubset(characters)
        widths = " ".join(f"{self.face.getCharWidth(code):.0f}" for code in characters)
        return EmbeddedPart(
            widths=f"[ {widths} ]".encode(),
            to_unicode=zlib.compress(makeToUnicodeCMap(base_name, characters).encode(), 9),
            font_file=zlib.compress(font_file, 9),
            font_file_length=len(font_file),
        )

    def _descriptor(self, base_name: str, font_file: object) -> PDFDictionary:
        face = self.face
        return PDFDictionary(
            {
                "Type": PDFName("FontDescriptor"),
                "FontName": PDFName(base_name),
                "Flags": str(face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC),
                "FontBBox": f"[ {' '.join(f'{edge:.0f}' for edge in face.bbox)} ]",
                "ItalicAngle": f"{face.italicAngle:.0f}",
                "Ascent": f"{face.ascent:.0f}",
                "Descent": f"{face.descent:.0f}",
                "CapHeight": f"{face.capHeight:.0f}",
                "StemV": f"{face.stemV:.0f}",
                "MissingWidth": f"{face.defaultWidth:.0f}",
                "FontFile2": font_file,
            }
        )


def _compressed_stream(content: bytes, **entries: int) -> PDFStream:
    return PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode"), **entries}), content)
