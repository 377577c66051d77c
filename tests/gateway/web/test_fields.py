"""The page of what was read, as a browser without scripts gets it, and its forms."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.http import build_app
from gateway.layouts import layouts_of
from gateway.store import corrections, exception
from gateway.store.events import after
from tests.gateway.web.conftest import Workspace
from tests.gateway.web.paper import FIRST, NEXT, drawn
from tests.gateway.web.test_pages import Outline

Client = TestClient[Any, Any]
Token = Callable[[str], dict[str, str]]
KEY = "0123456789abcdef"


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a workspace that has read one invoice on paper, not whole."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "quill").mkdir()
    (folder / "quill" / "first.pdf").write_bytes(drawn(FIRST))
    (folder / "quill" / "second.pdf").write_bytes(drawn(NEXT))
    workspace = Workspace(folder)
    workspace.take_in([folder / "quill" / "first.pdf"])
    workspace.store.close()
    return folder


@pytest.fixture
def workspace(read: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    shutil.copytree(read, tmp_path / "own")
    monkeypatch.chdir(tmp_path / "own")  # layouts are kept beside the configuration
    opened = Workspace(tmp_path / "own")
    yield opened
    opened.store.close()


@pytest.fixture
async def client(workspace: Workspace) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(workspace.services()))) as running:
        yield running


async def page_of(client: Client, path: str = "/doc/1") -> str:
    answer = await client.get(path)
    assert answer.status == 200
    text = await answer.text()
    checked(text)
    return text


def checked(text: str) -> None:
    outline = Outline()
    outline.feed(text)
    outline.check()


async def sent(client: Client, form_of: Token, values: dict[str, str], path: str = "/doc/1") -> Any:
    await client.get("/doc/1")
    fields = form_of(path) | {"key": KEY, "revision": "0"} | values
    return await client.post(path, data=fields, allow_redirects=False)


def names(text: str) -> list[str]:
    return re.findall(r'name="(v:[^"]+)"', text)


async def test_what_needs_a_person_comes_first_with_its_reason(client: Client) -> None:
    text = await page_of(client)
    assert names(text)[0] == "v:/number"
    assert "Needs you" in text
    assert "Missing" in text
    assert "Needed to match" in text
    assert 'value="2026-04-05"' in text
    assert "Right as it stands" in text


async def test_boxes_have_names_and_places_in_percent(client: Client) -> None:
    text = await page_of(client)
    labels = [unescape(one) for one in re.findall(r'class="box [^>]*aria-label="([^"]+)"', text)]
    assert "Total, 144.47, sure" in labels
    assert "Line 1, Amount, 24.00, sure" in labels
    sheet = await (await client.get("/doc/1/boxes.css")).text()
    anchor = re.search(r'id="(r1-\d+)" data-for="f-totals-total"', text)
    assert anchor is not None
    found = re.search(rf"#{anchor[1]}\{{left:([\d.]+)%;top:([\d.]+)%", sheet)
    assert found is not None
    assert (85, 39) <= (float(found[1]), float(found[2])) <= (91, 41)


async def test_the_words_of_the_page_can_be_pointed_at(client: Client) -> None:
    pages = json.loads(await (await client.get("/doc/1/words")).text())
    words = [one[0] for one in pages[0]["words"]]
    assert "ZX-20417" in words
    assert (pages[0]["number"], pages[0]["width"]) == (1, 595.0)


async def test_one_field_is_corrected_by_a_plain_form(
    client: Client, form_of: Token, workspace: Workspace
) -> None:
    answer = await sent(client, form_of, {"v:/buyer/name": "Harrow Engineering plc"})
    assert (answer.status, answer.headers["Location"]) == (303, "/doc/1?done=corrected")
    text = await page_of(client, "/doc/1?done=corrected")
    assert "Buyer: nothing → Harrow Engineering plc" in unescape(text).replace(
        "Buyer, name", "Buyer"
    )
    assert "Revision 1" in text
    with workspace.store.read() as connection:
        assert corrections.made(connection, 1)[0].actor == "operator"


async def test_a_completed_invoice_is_matched_and_its_layout_remembered(
    client: Client, form_of: Token, workspace: Workspace
) -> None:
    place = "1 440.0 80.5 483.9 92.2 ZX-20417"
    values = {"v:/number": "ZX-20417", "at:/number": place, "v:/orders/0": "K8812-4"}
    answer = await sent(client, form_of, values | {"go": "whole", "remember": "1"})
    assert answer.headers["Location"] == "/x/1?done=learned"
    with workspace.store.read() as connection:
        result = exception.result(connection, 1)
        kinds = [one.type for one in after(connection, 0)]
    assert result is not None
    assert "K8812-4 is not known" in result.reason
    assert kinds[-3:] == ["document.corrected", "invoice.received", "invoice.exception"]
    taught = layouts_of("quill")[0]
    number = next(one for one in taught.anchors if one.field == "number")
    assert (number.tags[0].words, taught.by) == ("folio mark", "operator")
    workspace.take_in([Path("quill/second.pdf")])
    with workspace.store.read() as connection:
        following = exception.kept(connection, 2)
    assert following is not None
    assert following.number == NEXT["number"]


async def test_the_second_of_two_people_is_told_and_keeps_what_they_typed(
    client: Client, form_of: Token
) -> None:
    await sent(client, form_of, {"v:/buyer/name": "Harrow"})
    answer = await sent(client, form_of, {"v:/number": "ZX-9", "key": KEY + "2"})
    text = await answer.text()
    assert answer.status == 409
    checked(text)
    assert "operator corrected this first" in text
    assert 'value="ZX-9"' in text
    assert 'name="revision" value="1"' in text


async def test_what_cannot_be_read_is_told_beside_its_field(
    client: Client, form_of: Token, workspace: Workspace
) -> None:
    answer = await sent(client, form_of, {"v:/totals/total": "1,234", "v:/number": "<b>"})
    text = await answer.text()
    assert answer.status == 422
    checked(text)
    assert "can be read two ways: write 1234 or 1.234" in text
    assert 'value="&lt;b&gt;"' in text
    with workspace.store.read() as connection:
        assert corrections.revision_of(connection, 1) == 0


async def test_sums_are_added_up_exactly_and_kept_nowhere(
    client: Client, form_of: Token, workspace: Workspace
) -> None:
    answer = await sent(client, form_of, {"v:/lines/0/amount": "25"}, "/doc/1/sums")
    text = await answer.text()
    assert "100 x 0.24" in text
    assert "+1.00" in text
    assert "121.39" in text
    with workspace.store.read() as connection:
        assert corrections.revision_of(connection, 1) == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"pointer": "/totals/total", "text": "£ 1,234.50"}, ("1234.50", "")),
        ({"pointer": "/date", "text": "25 May 2026"}, ("2026-05-25", "")),
        (
            {"pointer": "/due_date", "text": "05/04/2026"},
            ("05/04/2026", "05/04/2026 can be 2026-04-05 or 2026-05-04: write one of them"),
        ),
    ],
)
async def test_words_are_read_as_the_value_of_their_field(
    client: Client, form_of: Token, asked: dict[str, str], told: tuple[str, str]
) -> None:
    answer = await (await sent(client, form_of, asked, "/doc/1/value")).json()
    assert (answer["value"], answer["fault"]) == told


async def test_pages_of_other_formats_show_their_lines(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "stories")
    workspace = Workspace(tmp_path / "stories")
    async with TestClient(TestServer(build_app(workspace.services()))) as client:
        record = workspace.record("88207")
        text = await page_of(client, f"/doc/{record}")
        assert 'class="traced"' in text
        assert "Lines" in text
        order = workspace.record("4500071206", "purchase_order")
        assert "Order number" in await page_of(client, f"/doc/{order}")
    workspace.store.close()


async def test_a_document_leads_to_its_record_and_the_inbox_to_its_fields(
    client: Client,
) -> None:
    answer = await client.get("/documents/1/fields", allow_redirects=False)
    assert answer.headers["Location"] == "/doc/1"
    assert (await client.get("/documents/99/fields")).status == 404
    assert (await client.get("/doc/99")).status == 404
    assert (await client.get("/doc/99/boxes.css")).status == 404
    inbox = await (await client.get("/inbox")).text()
    assert 'href="/doc/1"' in inbox


@pytest.mark.parametrize(
    "values", [{"token": "another"}, {"key": "short"}, {"revision": "x"}, {"revision": ""}]
)
async def test_forms_of_others_are_refused(
    client: Client, form_of: Token, values: dict[str, str]
) -> None:
    assert (await sent(client, form_of, {"v:/number": "1"} | values)).status in {400, 403}
