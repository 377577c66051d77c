"""SAP OCI 4.0 and 5.0: a shop's cart, login or function call as a form post.

A cart's fields are called NEW_ITEM-<NAME>[<n>]; shops count from 0 or 1, leave gaps, change the
order, or leave the number out where there is one item only (LONGTEXT_<n>:132[] hides it in the
name). There is no total, no status and no cancel: a post without items says that nothing
was chosen.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO

from parsers.form import Document, Found, ParseError, Position, Problem
from parsers.posted import MAX_BYTES, Field, fields_of, is_form, text_of_bytes

_CXML = re.compile(rb"(?:^|&)cxml-(?:base64|urlencoded)=", re.IGNORECASE)
_ITEM = re.compile(r"NEW_ITEM-([A-Z0-9_]+)(?:\[(\d{0,6})\])?", re.IGNORECASE)
_LONG_TEXT = re.compile(r"NEW_ITEM-(LONGTEXT)_(\d{1,6})(?::\d+)?(?:\[\])?", re.IGNORECASE)
_NESTED = re.compile(
    r"NEW_ITEM\[([A-Z0-9_]+)\]\[(\d{0,6})\]|NEW_ITEM\[(\d{0,6})\]\[([A-Z0-9_]+)\]",
    re.IGNORECASE,
)
_KNOWN = {"~OKCODE", "~TARGET", "~CALLER", "HOOK_URL", "OCI_VERSION", "OPI_VERSION", "FUNCTION"}
_SECRET = re.compile(r"PASS|PWD|SECRET|TOKEN", re.IGNORECASE)


def claims(head: bytes) -> bool:
    """Whether a file that starts with `head` is a form post without a cXML document in it."""
    return is_form(head) and not _CXML.search(head) and not head.startswith(b"ISA")


class OciForm:
    """A form post, one item of its cart, or one of its other fields.

    Paths are the names of fields. Groups are "NEW_ITEM" (the items, by their number), "PRICE" (the
    fields of that name) and "!PRICE|UNIT" (all fields but those); each field has "@name" and ".".
    An item's number is "@number".
    """

    __slots__ = ("_items", "_values", "name")

    def __init__(
        self,
        values: dict[str, list[Field]],
        items: "Sequence[OciForm]" = (),
        name: str = "",
    ) -> None:
        self._values = values
        self._items = items
        self.name = name

    def find(self, path: str) -> Found | None:
        """Return the first field called `path` that is not blank, and where it stands."""
        field = self._field(path)
        if field is None or path.startswith("@"):
            return self._named(path)
        text = field.text.strip()
        raw = field.raw.decode("ascii", "replace")
        position = Position(at=f"field {field.name}", start=field.start, end=field.end)
        return Found(text=text, position=position, quote=raw)

    def each(self, path: str) -> "Iterable[OciForm]":
        """Return the items, or fields one by one."""
        if path == "NEW_ITEM":
            return self._items
        names = self._but(path[1:]) if path.startswith("!") else [path]
        return [
            OciForm({".": [field]}, name=name)
            for name in names
            for field in self._values.get(name, ())
        ]

    @classmethod
    def text_of(cls, path: str) -> "Callable[[OciForm], str | None]":
        """Return the function that gives the text of the field called `path`."""

        def text(form: "OciForm") -> str | None:
            found = form.find(path)
            return found.text if found else None

        return text

    @classmethod
    def groups_of(cls, path: str) -> "Callable[[OciForm], Sequence[OciForm]]":
        """Return the function that gives the groups at `path`."""
        return lambda form: tuple(form.each(path))

    def fields(self, name: str) -> Sequence[Field]:
        """Return the fields of that name as they were sent."""
        return self._values.get(name, ())

    def _field(self, path: str) -> Field | None:
        if path.startswith("NEW_ITEM/"):
            within = path.partition("/")[2].upper()
            fields = (field for item in self._items for field in item.fields(within))
            return next((one for one in fields if one.text.strip()), None)
        wanted = path if path == "." else path.upper()
        return next((one for one in self._values.get(wanted, ()) if one.text.strip()), None)

    def _named(self, path: str) -> Found | None:
        if path not in {"@name", "@number", ""} or not self.name:
            return None
        return Found(text=self.name, position=Position(at=f"field {self.name}"))

    def _but(self, names: str) -> list[str]:
        """Return the names of all fields but `names` and those that hold secrets."""
        left_out = set(names.split("|"))
        return [name for name in self._values if name not in left_out and not _SECRET.search(name)]


def documents(source: BinaryIO) -> Iterator[Document]:
    """Yield the one document of a form post. Raises `ParseError` where it is none of OCI's."""
    fields = fields_of(source.read(MAX_BYTES + 1))
    items: dict[int, dict[str, list[Field]]] = {}
    others: dict[str, list[Field]] = {}
    for field in fields:
        placed = _placed(field.name)
        if placed:
            name, number = placed
            items.setdefault(number, {}).setdefault(name, []).append(field)
        else:
            others.setdefault(field.name.upper(), []).append(field)
    if not items and not _KNOWN & set(others):
        raise _unknown(fields)
    lines = tuple(OciForm(items[number], name=str(number)) for number in sorted(items))
    yield Document(
        format="oci",
        kind=_kind(others, has_items=bool(items)),
        form=OciForm(others, lines),
        version=_text(others, "OCI_VERSION"),
    )


def _placed(name: str) -> tuple[str, int] | None:
    """Return the field and the number of the item that a name speaks of; 1 where it has none."""
    long = _LONG_TEXT.fullmatch(name)
    if long:
        return long[1].upper(), int(long[2])
    found = _ITEM.fullmatch(name)
    if found:
        return found[1].upper(), int(found[2] or 1)
    nested = _NESTED.fullmatch(name)
    if nested:
        return (nested[1] or nested[4]).upper(), int(nested[2] or nested[3] or 1)
    return None


def _kind(others: dict[str, list[Field]], *, has_items: bool) -> str:
    if has_items or "HOOK_URL" not in others:
        return "cart"
    return "function" if "FUNCTION" in others else "login"


def _text(others: dict[str, list[Field]], name: str) -> str | None:
    return text_of_bytes(others[name][0].value).strip() or None if name in others else None


def _unknown(fields: tuple[Field, ...]) -> ParseError:
    return ParseError(
        Problem(
            code="form.unknown",
            message="the form holds no cart that we know",
            at="form post",
            found=", ".join(field.name for field in fields[:5])[:200] or None,
            expected="NEW_ITEM-... fields of OCI, or cxml-urlencoded or cxml-base64",
            remedy="Return the cart by OCI 4 or 5, or as a cXML PunchOutOrderMessage.",
        )
    )
