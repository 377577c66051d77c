"""ZIP archives of strangers: what is well is taken, all else is named, and nothing grows big."""

import io
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.zips import (
    Budget,
    MemberError,
    RefusedError,
    UnpackingSettings,
    ZipArchive,
    name_of,
    shown,
)
from tests.gateway.doors.packing import (
    directory_of,
    encrypted,
    linked,
    lying,
    overlapping,
    packed,
)


def unpack(content: bytes, settings: UnpackingSettings | None = None) -> dict[str, bytes | str]:
    """What comes out of each member: its bytes, or the code of its problem."""
    archive = ZipArchive(io.BytesIO(content), Budget(settings or UnpackingSettings()))
    found: dict[str, bytes | str] = {}
    for path, entry in archive.members():
        try:
            source, pieces = archive.open(entry), []
            while piece := source.read(1 << 16):
                pieces.append(piece)
            found[path] = b"".join(pieces)
        except MemberError as error:
            found[path] = error.problem.code
    return found


def refused(content: bytes, settings: UnpackingSettings | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        unpack(content, settings)
    return caught.value.problem.code


def test_members_come_out_in_order() -> None:
    members = {"b/two.xml": b"<b/>", "a.xml": b"<a/>", "c.edi": b"ISA"}
    assert unpack(packed(members)) == members
    assert list(unpack(packed(members))) == list(members)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_the_usual_methods_are_known(method: int) -> None:
    assert unpack(packed({"a.xml": b"<a/>"}, method)) == {"a.xml": b"<a/>"}


def test_a_method_with_memory_of_its_own_choice_is_not() -> None:
    found = unpack(packed({"a.xml": b"<a/>"}, zipfile.ZIP_LZMA))
    assert found == {"a.xml": "archive.member_damaged"}


def test_what_systems_leave_behind_is_passed_over() -> None:
    noise = {"__MACOSX/._a.xml": b"x", "sub/.DS_Store": b"x", "Thumbs.db": b"x", "empty/": b""}
    assert unpack(packed({**noise, "a.xml": b"<a/>"})) == {"a.xml": b"<a/>"}


@pytest.mark.parametrize(
    "name", ["../a.xml", "a/../../b.xml", "/etc/passwd", "C:/a.xml", "..\\a.xml", "C:\\a.xml"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    found = unpack(packed({name: b"<a/>", "b.xml": b"<b/>"}))
    assert found == {name: "archive.member_name", "b.xml": b"<b/>"}


def test_links_are_refused() -> None:
    assert unpack(linked("a.xml", "/etc/passwd")) == {"a.xml": "archive.member_not_regular"}


def test_encrypted_members_are_refused() -> None:
    assert unpack(encrypted("a.xml")) == {"a.xml": "archive.member_encrypted"}


def test_a_name_that_stands_twice_is_refused_both_times() -> None:
    content = packed({"a.xml": b"<a/>", "b.xml": b"<b/>", "c.xml": b"<c/>"})
    content = content.replace(b"b.xml", b"a.xml")
    assert unpack(content) == {"a.xml": "archive.member_twice", "c.xml": b"<c/>"}


def test_a_member_whose_bytes_are_others_is_refused() -> None:
    content = packed({"a.xml": b"<abc/>", "b.xml": b"<b/>"}, zipfile.ZIP_STORED)
    found = unpack(content.replace(b"<abc/>", b"<axc/>"))
    assert found == {"a.xml": "archive.member_damaged", "b.xml": b"<b/>"}


def test_names_are_shown_without_controls() -> None:
    assert shown("a\x1b[2J\n\u202egnp.xml") == "a\\x1b[2J\\n\\u202egnp.xml"
    assert name_of("a/b\\c.xml") == "c.xml"
    assert name_of("a/") == "a"


def test_a_bomb_is_refused_before_anything_is_unpacked() -> None:
    limits = UnpackingSettings(bytes_max=10 << 20)
    assert refused(packed({"a.xml": bytes(11 << 20)}), limits) == "archive.too_much"


def test_a_bomb_that_lies_is_refused_while_it_is_unpacked() -> None:
    found = unpack(lying(4 << 20, 1000), UnpackingSettings(bytes_max=1 << 20))
    assert found == {"a.xml": "archive.member_damaged"}  # no more than was announced is read


def test_too_much_out_of_too_little_is_refused() -> None:
    assert refused(packed({"a.xml": bytes(3 << 20)})) == "archive.too_much"
    assert len(unpack(packed({"a.xml": bytes(1 << 20)}))["a.xml"]) == 1 << 20


def test_too_many_members_are_refused() -> None:
    content = packed({f"{number}.xml": b"<a/>" for number in range(20)})
    assert refused(content, UnpackingSettings(members_max=19)) == "archive.too_much"
    assert len(unpack(content, UnpackingSettings(members_max=20))) == 20


def test_one_budget_serves_all_levels() -> None:
    budget = Budget(UnpackingSettings(members_max=3))
    for content in (packed({"a": b"1", "b": b"2"}), packed({"c": b"3"})):
        list(ZipArchive(io.BytesIO(content), budget).members())
    with pytest.raises(RefusedError):
        ZipArchive(io.BytesIO(packed({"d": b"4", "e": b"5"})), budget).members().__next__()


def test_members_that_share_their_bytes_are_no_archive() -> None:
    assert refused(overlapping(100, 1000)) == "archive.damaged"


@pytest.mark.parametrize("size", [0xFFFF_FFFE, 1 << 28])
def test_a_directory_too_big_to_read_is_not_read(size: int) -> None:
    tracemalloc.start()
    assert refused(directory_of(size)) == "archive.too_much"
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_no_archive_and_an_empty_one_are_told_apart() -> None:
    assert refused(b"PK\x03\x04 and nothing else") == "archive.damaged"
    assert refused(packed({})) == "archive.empty"
    assert refused(packed({"folder/": b""})) == "archive.empty"


@pytest.mark.parametrize(
    ("members", "is_one"),
    [
        ({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}, True),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<t/>"}, True),
        ({"mimetype": b"application/vnd.etsi.asic-e+zip", "invoice.xml": b"<i/>"}, False),
        ({"invoice.xml": b"<i/>"}, False),
    ],
)
def test_a_workbook_is_one_document(members: dict[str, bytes], *, is_one: bool) -> None:
    content = packed(members, zipfile.ZIP_STORED)
    archive = ZipArchive(io.BytesIO(content), Budget(UnpackingSettings()))
    assert archive.is_document is is_one


def test_memory_stays_flat_while_much_is_unpacked() -> None:
    content = packed({"a.xml": b"<line/>" * (8 << 20 >> 3)}, zipfile.ZIP_STORED)
    archive = ZipArchive(io.BytesIO(content), Budget(UnpackingSettings()))
    _, entry = next(archive.members())
    tracemalloc.start()
    source = archive.open(entry)
    while source.read(1 << 16):
        pass
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@given(st.data())
def test_a_mutilated_archive_is_refused_or_read(data: st.DataObject) -> None:
    content = bytearray(packed({"a.xml": b"<a>1</a>" * 20, "b/c.edi": b"ISA*00*" * 20}))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for one in (bytes(content), bytes(content[:cut])):
        with suppress(RefusedError):
            assert unpack(one)
