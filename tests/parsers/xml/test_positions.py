"""Positions: the way to a value, its line, and the bytes that spell it."""

import io
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.form import Document, Found
from parsers.xml.element import XmlForm
from parsers.xml.read import documents

Envelope = Callable[..., bytes]


def reading(data: bytes) -> XmlForm:
    [document] = documents(io.BytesIO(data))
    assert isinstance(document.form, XmlForm)
    return document.form


def cut(data: bytes, found: Found, encoding: str = "utf-8") -> str:
    place = found.position
    assert place.start is not None
    return data[place.start : place.end].decode(encoding)


def test_the_way_and_the_line(envelope: Envelope) -> None:
    data = envelope(
        "<Request>\n<OrderRequest>\n<A/>\n<A>\n <B x='1'>v</B>\n</A></OrderRequest></Request>"
    )
    form = reading(data)
    found = form.find("A/B")
    assert found
    assert found.position.at == "/cXML/Request/OrderRequest/A[2]/B, line 6"
    assert found.position.line == 6
    attribute = form.find("A/B/@x")
    assert attribute
    assert attribute.position.at == "/cXML/Request/OrderRequest/A[2]/B/@x, line 6"
    assert cut(data, attribute) == "1"


@pytest.mark.parametrize(
    ("inner", "path", "spelled"),
    [
        ("<A>  plain  </A>", "A", "plain"),
        ("<A>Nuts &amp; Bolts</A>", "A", "Nuts &amp; Bolts"),
        ("<A><![CDATA[ 1 < 2 ]]></A>", "A", "1 < 2"),
        ("<A><S>short</S>the rest</A>", "A", "the rest"),
        ("<A>head<S>short</S></A>", "A", "head"),
        ("<A x='a &lt; b'/>", "A/@x", "a &lt; b"),
        ('<A  other="1"\n x = "v"/>', "A/@x", "v"),
        ("<!-- <A>no</A> --><A>yes</A>", "A", "yes"),
        ("<A y='>'>after</A>", "A", "after"),
    ],
)
def test_bytes_spell_the_value(envelope: Envelope, inner: str, path: str, spelled: str) -> None:
    data = envelope(f"<Request><OrderRequest>{inner}</OrderRequest></Request>")
    found = reading(data).find(path)
    assert found
    assert cut(data, found) == spelled == found.quote


def test_a_text_in_pieces_has_no_bytes(envelope: Envelope) -> None:
    found = reading(envelope("<Request><O><A>one<B/>two</A></O></Request>")).find("A")
    assert found
    assert found.text == "onetwo"
    assert found.position.start is None


def test_places_are_those_of_the_file_after_a_repair(envelope: Envelope) -> None:
    data = envelope("<Request><O><A>x & y</A><B>z & &amp; w</B></O></Request>")
    form = reading(data)
    for path, spelled in (("A", "x & y"), ("B", "z & &amp; w")):
        found = form.find(path)
        assert found
        assert cut(data, found) == spelled == found.quote


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252"])
def test_places_count_bytes_not_characters(envelope: Envelope, encoding: str) -> None:
    plain = envelope("<Request><O><A>Äöü</A><B>Größe</B></O></Request>", declared=encoding)
    data = plain.decode().encode(encoding)
    found = reading(data).find("B")
    assert found
    assert cut(data, found, encoding) == "Größe"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_have_lines_alone(envelope: Envelope, encoding: str) -> None:
    data = envelope("<Request><O>\n<A>x</A></O></Request>", declared="").decode().encode(encoding)
    found = reading(data).find("A")
    assert found
    assert found.position.start is None
    assert found.position.line == 3


def test_the_empty_path_is_here(envelope: Envelope) -> None:
    found = reading(envelope("<Request><O><A/></O></Request>")).find("")
    assert found
    assert found.position.at == "/cXML/Request/O, line 2"


names = st.sampled_from(["A", "B", "C"])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(names)
    attribute = f" x={quoteattr(draw(texts))}" if draw(st.booleans()) else ""
    inner = escape(draw(texts))
    if depth:
        inner += "".join(draw(st.lists(elements(depth - 1), max_size=3)))
    return f"<{name}{attribute}>{inner}</{name}>"


def every(form: XmlForm) -> Iterator[XmlForm]:
    yield form
    for name in ("A", "B", "C"):
        for child in form.each(name):
            yield from every(child)


def envelope_of(inner: str) -> bytes:
    opening = '<cXML payloadID="p" timestamp="2026-01-01T00:00:00Z">'
    return f"{opening}<Request>{inner}</Request></cXML>".encode()


@given(elements())
def test_every_span_quotes_its_value(inner: str) -> None:
    data = envelope_of(inner)
    for form in every(reading(data)):
        for path in (".", "@x", "A", "B/C", "A/@x"):
            found = form.find(path)
            quick = XmlForm.text_of(path)(form)
            assert (found.text if found else None) == quick
            if found and found.position.start is not None:
                assert cut(data, found) == found.quote


def test_documents_are_frozen_values(envelope: Envelope) -> None:
    [document] = documents(io.BytesIO(envelope("<Response/>", header="")))
    assert isinstance(document, Document)
    with pytest.raises(AttributeError):
        document.kind = "other"  # type: ignore[misc]
