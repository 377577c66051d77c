"""Documents within a CopyRequest: sent once more, to somebody whom they may concern.

cXML 1.2 CopyRequest holds a whole cXML document, or names the part of the message that is one. Each
keeps its own payloadID. Unless the sender asks for it to be processed it is a copy for information,
which nobody must take for the document itself.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from parsers.form import Document, Problem
from parsers.xml.element import XmlForm
from parsers.xml.paths import LOCAL
from parsers.xml.tree import Place, Tree, grow

_COPIES_DEEP = 4


def copied(document: Document, tree: Tree) -> Iterator[tuple[Any, Tree]]:
    """Yield the root and the tree of what a CopyRequest carries. Raises `ParseError`."""
    form = document.form
    if not isinstance(form, XmlForm):
        return
    told = (_copy(document),) if _is_for_information(form) else ()
    for inner in form.each("cXML"):
        yield inner.element, replace(tree, problems=(*told, *tree.problems))
    for part in _parts(form, tree):
        yield part.root, replace(part, problems=(*told, *part.problems))


def is_too_deep(element: Any) -> bool:
    """Whether copies lie in one another more often than anybody would send them."""
    around = sum(LOCAL[above.tag] == "CopyRequest" for above in element.iterancestors())
    return around >= _COPIES_DEEP


def _is_for_information(form: XmlForm) -> bool:
    return XmlForm.text_of("@processingMode")(form) != "process"


def _parts(form: XmlForm, tree: Tree) -> Iterator[Tree]:
    """Yield the documents in those parts of the message that the request names."""
    parts = {one.content_id: one for one in tree.origin.attachments}
    for group in form.each("cXMLAttachment/Attachment"):
        address = XmlForm.text_of("URL")(group) or ""
        part = parts.get(unquote(address.removeprefix("cid:")).strip("<>"))
        if address.startswith("cid:") and part is not None:
            yield grow(part.data, Place(own=False, prefix=f"attachment {part.name}, "))


def _copy(document: Document) -> Problem:
    return Problem(
        code="cxml.copy",
        message="this is a copy for information; it is shown, and nothing is done with it",
        at=f"document {document.index + 1} of the file",
        found=document.control,
        expected='processingMode="process" where it is to be used',
        remedy="Nothing to do, unless you should have had the document itself.",
    )
