"""EDIFACT interchanges, written: envelopes, released characters, character sets."""

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from parsers.edifact.read import documents
from parsers.edifact.write import Envelope, WriteError, WrittenMessage, write_interchange

ENVELOPE = Envelope(
    sender=("NORTHWIND", "ZZZ"),
    receiver=("4000001000005", "14"),
    sent_at=dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    control="41",
)


def message(*texts: str) -> WrittenMessage:
    return WrittenMessage("ORDERS", (("BGM", "220", "17", "9"), ("FTX", "AAI", "", "", texts)))


def lines(data: bytes, encoding: str = "ascii") -> list[str]:
    return data.decode(encoding).splitlines()


def test_an_interchange_counts() -> None:
    assert lines(write_interchange([message("SOON"), message("NOW")], ENVELOPE)) == [
        "UNA:+.? '",
        "UNB+UNOA:2+NORTHWIND:ZZZ+4000001000005:14+260302:0930+41'",
        "UNH+1+ORDERS:D:96A:UN'",
        "BGM+220+17+9'",
        "FTX+AAI+++SOON'",
        "UNT+4+1'",
        "UNH+2+ORDERS:D:96A:UN'",
        "BGM+220+17+9'",
        "FTX+AAI+++NOW'",
        "UNT+4+2'",
        "UNZ+2+41'",
    ]


def test_what_delimits_is_released() -> None:
    assert "FTX+AAI+++5 ?+ 3?: WHAT??:IT?'S'" in lines(
        write_interchange([message("5 + 3: WHAT?", "IT'S")], ENVELOPE)
    )


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("SOON", "UNB+UNOA:2"),
        ("Soon", "UNB+UNOB:2"),
        ("Größe", "UNB+UNOC:3"),
        ("Жук", "UNB+UNOY:4"),
    ],
)
def test_the_character_set_is_the_narrowest_that_has_all(text: str, header: str) -> None:
    data = write_interchange([message(text)], ENVELOPE)
    assert lines(data, "utf-8" if "UNOY" in header else "latin-1")[1].startswith(header)
    (document,) = documents(io.BytesIO(data))
    found = document.form.find("FTX/41")
    assert found is not None
    assert found.text == text


def test_an_agreed_character_set_must_have_all() -> None:
    envelope = structs.replace(ENVELOPE, syntax=("UNOB", "2"))
    with pytest.raises(WriteError, match="UNOB has no 'ö'"):
        write_interchange([message("Öl und Brötchen".replace("Ö", "O"))], envelope)


def test_the_version_names_the_association() -> None:
    envelope = structs.replace(
        ENVELOPE, directory="D.01B", association="EAN010", test=True, acknowledgment_requested=True
    )
    found = lines(write_interchange([message("SOON")], envelope))
    assert found[1].endswith("+260302:0930+41++++1++1'")
    assert found[2] == "UNH+1+ORDERS:D:01B:UN:EAN010'"


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_text_comes_back(texts: list[str]) -> None:
    tidy = [" ".join(text.encode("utf-8", "ignore").decode().split()) for text in texts]
    wanted = [
        text for text in tidy if text and text.isprintable() and not text.startswith("\ufeff")
    ]
    data = write_interchange([message(*wanted)] if wanted else [message("x")], ENVELOPE)
    (document,) = documents(io.BytesIO(data))
    found = [document.form.find(f"FTX/4{place}") for place in range(1, len(wanted) + 1)]
    assert [one.text for one in found if one] == wanted
