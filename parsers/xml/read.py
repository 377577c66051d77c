"""XML documents, read: cXML, UBL and CII, alone, in wrappers, in MIME messages and in form posts.

Reads cXML 1.0 to 1.2.069 and UBL 2 and CII documents into forms with positions. Bytes that are no
such document raise `ParseError`; what is odd but clear is read and becomes a problem.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from msgspec.structs import replace

from parsers.form import Document, ParseError, Problem
from parsers.xml.admit import MAX_BYTES, wide_encoding
from parsers.xml.business import business_document, format_of
from parsers.xml.carts import is_cart, open_cart
from parsers.xml.copies import copied, is_too_deep
from parsers.xml.cxml import cxml_document
from parsers.xml.letter import Letter, is_message
from parsers.xml.paths import LOCAL
from parsers.xml.tree import Place, Tree, grow

_BLANK = b"\xef\xbb\xbf \t\r\n"
_WRAPPERS = {"Combined", "Payload", "Envelope", "Body", "StandardBusinessDocument"}
_WRAPPED_DEEP = 5


def claims(head: bytes) -> bool:
    """Whether a file that starts with `head` is XML, or a message or form post that carries it."""
    if head.lstrip(_BLANK).startswith(b"<") or wide_encoding(head):
        return True
    return is_message(head) or is_cart(head)


def documents(source: BinaryIO) -> Iterator[Document]:
    """Yield the documents of an XML file, in order. Raises `ParseError`."""
    letter = _opened(source.read(MAX_BYTES + 1))
    tree = grow(letter.body, letter.place)
    tree = replace(tree, problems=(*letter.problems, *tree.problems))
    count = 0
    for root in _roots(tree.root, _WRAPPED_DEEP):
        for document in _documents(root, tree, count):
            yield document
            count += 1
    if not count:
        raise _unknown(tree)


def _documents(root: Any, tree: Tree, index: int) -> Iterator[Document]:
    """Yield the document `root`, and those that it carries for others."""
    if LOCAL[root.tag] != "cXML":
        yield business_document(root, tree, index)
        return
    document = cxml_document(root, tree, index)
    yield document
    if document.kind != "CopyRequest" or is_too_deep(root):
        return
    for inner, its_tree in copied(document, tree):
        for one in _documents(inner, its_tree, index + 1):
            yield one
            index += 1


def _opened(data: bytes) -> Letter:
    """Take the document out of what it travelled in."""
    letter = Letter(body=data, place=Place())
    if is_message(data[:4096]):
        from parsers.xml.message import open_message  # noqa: PLC0415 - loads much, for messages only

        letter = open_message(data)
    if not letter.body.lstrip(_BLANK).startswith(b"<") and is_cart(letter.body):
        letter = open_cart(letter.body)
    return letter


def _roots(element: Any, levels: int) -> Iterator[Any]:
    """Yield the documents at `element`, or within wrappers of that many levels below it."""
    name = LOCAL[element.tag]
    if name == "cXML" or format_of(element):
        yield element
    elif levels and name in _WRAPPERS:
        for child in element:
            yield from _roots(child, levels - 1)


def _unknown(tree: Tree) -> ParseError:
    return ParseError(
        Problem(
            code="xml.unknown_root",
            message=f"no document that we know has the root element {LOCAL[tree.root.tag]}",
            at=f"{tree.origin.prefix}/{LOCAL[tree.root.tag]}, line 1",
            found=tree.root.tag[:200],
            expected="cXML, a UBL document or a CII invoice",
            remedy="Send the document in one of these formats.",
        )
    )
