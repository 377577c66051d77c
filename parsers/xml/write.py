"""Nodes to bytes: well-formed XML in UTF-8, with nothing of a text left that could be markup."""

import re
from typing import Any

from lxml import etree

from parsers.form import Node

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML = "http://www.w3.org/XML/1998/namespace"


def write(root: Node, *, doctype: str = "", namespaces: dict[str, str] | None = None) -> bytes:
    """Return `root` as a document; `doctype` is the address of its document type, if it has one.

    `namespaces` maps the prefixes in the names of nodes ("" for none) to their addresses.
    Characters that no XML may have become blanks.
    """
    known = {"xml": _XML, **(namespaces or {})}
    declared = {prefix or None: address for prefix, address in (namespaces or {}).items()}
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    if doctype:
        head += f'<!DOCTYPE {root.name} SYSTEM "{doctype}">\n'.encode()
    element = _element(root, known, declared)
    text: bytes = etree.tostring(element, encoding="UTF-8", pretty_print=True)
    return head + text


def _element(node: Node, known: dict[str, str], declared: Any) -> Any:
    element = etree.Element(_qualified(node.name, known), nsmap=declared)
    for name, value in node.attributes.items():
        prefix, sign, _ = name.partition(":")
        element.set(_qualified(name, known) if sign and prefix else name, _legal(value))
    last = None
    for child in node.children:
        if isinstance(child, Node):
            last = _element(child, known, None)
            element.append(last)
        elif last is None:
            element.text = (element.text or "") + _legal(child)
        else:
            last.tail = (last.tail or "") + _legal(child)
    return element


def _qualified(name: str, known: dict[str, str]) -> str:
    prefix, sign, local = name.partition(":")
    if not sign:
        prefix, local = "", name
    address = known.get(prefix)
    return f"{{{address}}}{local}" if address else local


def _legal(text: str) -> str:
    return _ILLEGAL.sub(" ", text)
