"""Which syntax are these bytes? Exactly one format says yes.

Each parser owns a small pure `claims(head)`, which looks at the first bytes only. Parsers are
loaded one after the other, cheapest first: an interchange never waits for a PDF library.
"""

from importlib import import_module

_BLANK = b"\xef\xbb\xbf \t\r\n"

HEAD_BYTES = 4096
"""How many bytes from the start of a file `detect` wants to see."""

_PARSERS = {
    "x12": "parsers.x12.read",
    "edifact": "parsers.edifact.read",
    "xml": "parsers.xml.read",
    "pdf": "parsers.pdf.read",
    "oci": "parsers.oci",
}


def detect(head: bytes) -> str | None:
    """Return the name of the format that claims a file which starts with `head`, or None.

    The names are those of the parsers: x12, edifact, xml, pdf, oci.
    """
    asked = ("xml",) if head.lstrip(_BLANK).startswith(b"<") else _PARSERS
    return next((name for name in asked if import_module(_PARSERS[name]).claims(head)), None)
