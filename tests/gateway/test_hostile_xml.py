"""Every hostile document comes out as docs/hostile-xml.md says: harmless, quick, and small."""

import base64
import io
import json
import re
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from gateway.formats import read_documents
from parsers.form import ParseError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hostile-xml.md"
SECRET = "the-secret-of-the-house"  # noqa: S105 - what must never come out
SECONDS = 5.0
GROWN_KB = 300 * 1024
JSON = msgspec.json.Encoder(decimal_format="string")
IDS = "".join(
    f'<{party}><Credential domain="DUNS"><Identity>1</Identity></Credential></{party}>'
    for party in ("From", "To", "Sender")
)
PROFILE = "<Request><ProfileRequest/></Request>"


def cxml(body: str, *, doctype: str = "", declared: str = "UTF-8", payload: str = "1@t") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{declared}"?>{doctype}<cXML payloadID="{payload}" '
        f'timestamp="2026-03-02T09:00:00-08:00"><Header>{IDS}</Header>{body}</cXML>'
    ).encode()


def order(price: str = "5", quantity: str = "1", currency: str = "USD") -> bytes:
    return cxml(
        '<Request><OrderRequest><OrderRequestHeader orderID="P" orderDate="2026-03-02"><Total>'
        f'<Money currency="{currency}">{price}</Money></Total></OrderRequestHeader>'
        f'<ItemOut quantity="{quantity}"><ItemID><SupplierPartID>S</SupplierPartID></ItemID>'
        f'<ItemDetail><UnitPrice><Money currency="{currency}">{price}</Money></UnitPrice>'
        "<UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemOut></OrderRequest></Request>"
    )


def session(name: str, address: str) -> bytes:
    if name == "StartPage":
        inner = f"<PunchOutSetupResponse><StartPage><URL>{address}</URL></StartPage>"
        status = '<Status code="200" text="OK"/>'
        return cxml(f"<Response>{status}{inner}</PunchOutSetupResponse></Response>")
    return cxml(
        '<Request><PunchOutSetupRequest operation="create"><BuyerCookie>k</BuyerCookie>'
        f"<BrowserFormPost><URL>{address}</URL></BrowserFormPost></PunchOutSetupRequest></Request>"
    )


def cart() -> bytes:
    body = cxml(
        "<Message><PunchOutOrderMessage><BuyerCookie>&lt;script&gt;x()&lt;/script&gt;</BuyerCookie>"
        '<PunchOutOrderMessageHeader operationAllowed="create"/></PunchOutOrderMessage></Message>'
    )
    return f"cxml-urlencoded={quote(body)}".encode()


def multipart(names: list[str], body: bytes, boundary: str = '; boundary="b"') -> bytes:
    parts = b"".join(
        b"--b\r\nContent-Type: text/xml\r\nContent-ID: <a@b>\r\nContent-Disposition: attachment; "
        b'filename="' + name.encode() + b'"\r\n\r\n' + body + b"\r\n"
        for name in names
    )
    return f"Content-Type: multipart/related{boundary}\r\n\r\n".encode() + parts + b"--b--\r\n"


def entity(inner: str) -> bytes:
    body = "<Request><ProfileRequest><A>&e;</A></ProfileRequest></Request>"
    return cxml(body, doctype=f"<!DOCTYPE cXML [{inner}]>")


def cases(address: str, file: str) -> dict[str, bytes]:
    """Each hostile document by the name of its row."""
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghe", strict=True)
    )
    ubl = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{file}"/>'
    return {
        "entity that reads a file": entity(f'<!ENTITY e SYSTEM "{file}">'),
        "entity that calls a server": entity(f'<!ENTITY % p SYSTEM "{address}"> %p;'),
        "billion laughs": entity(laughs),
        "entities that name each other": entity('<!ENTITY e "&f;"><!ENTITY f "&e;">'),
        "entity in UBL": (
            f'<!DOCTYPE Invoice [<!ENTITY e SYSTEM "{file}">]><Invoice xmlns="{ubl}">&e;</Invoice>'
        ).encode(),
        "document type on a server": cxml(PROFILE, doctype=f'<!DOCTYPE cXML SYSTEM "{address}">'),
        "document type in the file system": cxml(
            PROFILE, doctype=f'<!DOCTYPE cXML SYSTEM "{file}">'
        ),
        "XInclude of a file": cxml(
            f"<Request><ProfileRequest>{include}</ProfileRequest></Request>"
        ),
        "style sheet on a server": cxml(PROFILE).replace(
            b"?>", f'?><?xml-stylesheet href="{address}"?>'.encode(), 1
        ),
        "deep nesting": b"<cXML>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</cXML>",
        "many siblings": cxml(f"<Request>{'<x/>' * 20_000}</Request>"),
        "attribute of a megabyte": cxml(PROFILE, payload="p" * 1_000_000),
        "many attributes": b"<cXML " + b"".join(b'a%d="1" ' % n for n in range(40_000)) + b"/>",
        "too many elements": b"<cXML>" + b"<" * 4_000_001,
        "two headers": cxml(PROFILE).replace(
            b"<Request>", f"<Header>{IDS}</Header><Request>".encode()
        ),
        "two requests": cxml(PROFILE + PROFILE),
        "two identities": cxml(PROFILE).replace(
            b"</Identity>", b"</Identity><Identity>2</Identity>", 1
        ),
        "line break in the payloadID": cxml(PROFILE, payload="1&#13;&#10;Set-Cookie: x"),
        "zero byte": cxml(PROFILE).replace(b"<Profile", b"\0<Profile"),
        "unknown encoding": cxml(PROFILE, declared="x-klingon"),
        "UTF-16 that is UTF-8": cxml(PROFILE, declared="UTF-16"),
        "UTF-8 that is Latin-1": cxml(
            "<Request><ProfileRequest><A>\u00e9</A></ProfileRequest></Request>"
        )
        .decode()
        .encode("latin-1"),
        "cut off": cxml(PROFILE)[:-30],
        "cut off in a character": cxml(PROFILE)[:-40] + "\u00e9".encode()[:1],
        "empty": b"",
        "web page": b"<html><body>502 Bad Gateway</body></html>",
        "amount of 400 digits": order(price="9" * 400),
        "amount with an exponent": order(price="1e9"),
        "amount that is NaN": order(price="NaN"),
        "quantity in hexadecimal": order(quantity="0x10"),
        "quantity that is infinite": order(quantity="INF"),
        "negative quantity": order(quantity="-1"),
        "quantity of zero": order(quantity="0"),
        "currency that is none": order(currency="ZZZZ"),
        "return address with a script": session("BrowserFormPost", "javascript:alert(1)"),
        "start page with a script": session("StartPage", "javascript:alert(1)"),
        "markup in the cookie of a cart": cart(),
        "form of many fields": b"&".join(b"f%d=1" % n for n in range(30_000)) + b"&cxml-base64=",
        "parts with the same name": multipart(["a", "b", "c"], cxml(PROFILE)),
        "part whose name is a path": multipart(["a", "../../etc/passwd"], cxml(PROFILE)),
        "parts without a boundary": multipart(["a"], cxml(PROFILE), boundary=""),
        "copies within copies": copies(40),
        "base64 that is none": b"cxml-base64=" + base64.b64encode(cxml(PROFILE))[:-3] + b"%25%25",
    }


def copies(levels: int) -> bytes:
    inner = PROFILE
    for _ in range(levels):
        whole = cxml(inner).decode().partition("?>")[2]
        inner = f'<Request><CopyRequest processingMode="process">{whole}</CopyRequest></Request>'
    return cxml(inner)


def rows() -> dict[str, list[str]]:
    """What the page says of each: refused by a code, or read with these findings."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] not in {"document", "---"}:
            found[cells[0]] = [
                cells[2].split()[0],
                *re.findall(r"`([a-z]+\.[a-z_0-9]+)`", cells[2]),
            ]
    return found


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, socket.socket]]:
    """An address that nobody may call, and a file that nobody may read."""
    file = tmp_path_factory.mktemp("house") / "secret.txt"
    file.write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", file.as_uri(), server


def outcome(data: bytes) -> tuple[str, set[str], str]:
    """Read, and say how that ended: the word, the codes, and all that came out."""
    try:
        found = list(read_documents(io.BytesIO(data), name="x", sha256="", year=2026))
    except ParseError as fault:
        return "refused:", {fault.problem.code}, JSON.encode(fault.problem).decode()
    problems = [one for mapped in found for one in mapped.record.problems]
    told: list[Any] = [(mapped.record, dict(mapped.trace().items())) for mapped in found]
    is_whole = not any(mapped.record.incomplete for mapped in found)
    codes = {one.code for one in problems if one.code != "document.not_mapped"}
    return "read" if is_whole else "incomplete:", codes, JSON.encode(told).decode()


def test_every_row_is_tried() -> None:
    assert set(rows()) == set(cases("http://x", "file:///x"))


@pytest.mark.parametrize("name", cases("", ""))
def test_it_comes_out_as_told(name: str, trap: tuple[str, str, socket.socket]) -> None:
    address, file, server = trap
    data = cases(address, file)[name]
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    word, codes, said = outcome(data)
    assert time.perf_counter() - begin < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWN_KB
    assert [word, *sorted(codes)] == [rows()[name][0], *sorted(rows()[name][1:])]
    assert SECRET not in said
    assert json.loads(said) is not None
    with pytest.raises(BlockingIOError):
        server.accept()
