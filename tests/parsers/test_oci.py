"""OCI form posts: items by whatever numbers, places in the body, nothing secret."""

import io

import pytest

from parsers.form import Document, ParseError
from parsers.oci import OciForm, claims, documents
from parsers.posted import fields_of


def read(body: str | bytes) -> Document:
    [document] = documents(io.BytesIO(body.encode() if isinstance(body, str) else body))
    return document


def items(body: str | bytes, name: str) -> list[str | None]:
    form = read(body).form
    return [OciForm.text_of(name)(item) for item in form.each("NEW_ITEM")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("NEW_ITEM-VENDORMAT[1]=A&NEW_ITEM-VENDORMAT[2]=B", ["A", "B"]),
        ("NEW_ITEM-VENDORMAT%5B0%5D=A&NEW_ITEM-VENDORMAT%5B1%5D=B", ["A", "B"]),
        ("NEW_ITEM-VENDORMAT[7]=B&NEW_ITEM-VENDORMAT[3]=A", ["A", "B"]),
        ("NEW_ITEM-VENDORMAT=A", ["A"]),
        ("new_item-vendormat[]=A", ["A"]),
        ("NEW_ITEM[1][VENDORMAT]=A&NEW_ITEM[VENDORMAT][2]=B", ["A", "B"]),
        ("NEW_ITEM-PRICE[1]=1&NEW_ITEM-VENDORMAT[1]=031++005", ["031  005"]),
        ("~OkCode=ADDI&~TARGET=_top&~CALLER=CTLG", []),
    ],
)
def test_items_by_their_numbers(body: str, parts: list[str]) -> None:
    assert items(body, "VENDORMAT") == parts


def test_long_texts_hide_their_number() -> None:
    body = "NEW_ITEM-PRICE[2]=1&NEW_ITEM-LONGTEXT_2:132[]=all+of+it"
    assert items(body, "LONGTEXT") == ["all of it"]


@pytest.mark.parametrize("encoded", ["Gr%C3%B6%C3%9Fe", "Gr%F6%DFe"])
def test_bytes_are_utf_8_or_windows_1252(encoded: str) -> None:
    assert items(f"NEW_ITEM-DESCRIPTION[1]={encoded}", "DESCRIPTION") == ["Größe"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("NEW_ITEM-PRICE[1]=1", "cart"),
        ("~OkCode=ADDI&~CALLER=CTLG", "cart"),
        ("USERNAME=u&PASSWORD=p&HOOK_URL=https%3A%2F%2Fx", "login"),
        ("FUNCTION=VALIDATE&PRODUCTID=1&HOOK_URL=https%3A%2F%2Fx", "function"),
    ],
)
def test_kinds(body: str, kind: str) -> None:
    document = read(body)
    assert (document.format, document.kind) == ("oci", kind)


def test_a_place_spells_the_value() -> None:
    body = "~CALLER=CTLG&NEW_ITEM-DESCRIPTION[1]=Hex+nut%20M10\r\n"
    [item] = read(body).form.each("NEW_ITEM")
    found = item.find("DESCRIPTION")
    assert found
    assert found.text == "Hex nut M10"
    assert body[found.position.start : found.position.end] == "Hex+nut%20M10" == found.quote


def test_secrets_are_in_no_group() -> None:
    form = read("USERNAME=u&PASSWORD=p&HOOK_URL=https%3A%2F%2Fx&lang=de").form
    names = [OciForm.text_of("@name")(one) for one in form.each("!HOOK_URL")]  # type: ignore[arg-type]
    assert names == ["USERNAME", "LANG"]


def test_what_is_no_oci_form_says_so() -> None:
    with pytest.raises(ParseError) as caught:
        read("a=1&b=2")
    assert caught.value.problem.code == "form.unknown"


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(ParseError) as caught:
        read("a=1&" * 5000)
    assert caught.value.problem.code == "form.too_big"


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (b"NEW_ITEM-PRICE%5B1%5D=1", True),
        (b"~OkCode=ADDI&~TARGET=_top", True),
        (b"f0=1&f1=1", True),
        (b"cxml-urlencoded=%3C", False),
        (b"<cXML a='1'/>", False),
        (b"ISA*00*          *00*", False),
        (b"just words", False),
        (b"", False),
    ],
)
def test_claims(head: bytes, *, claimed: bool) -> None:
    assert claims(head) is claimed


def test_fields_keep_their_bytes() -> None:
    [one, two] = fields_of(b"a=1%2b+&b==&nothing&=x")
    assert (one.name, one.value, one.raw) == ("a", b"1+ ", b"1%2b+")
    assert (two.name, two.value) == ("b", b"=")
