"""The pages as a browser without scripts gets them."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from gateway.clock import stamp
from gateway.events.versions import NEWEST
from gateway.store import deliveries, endpoints
from gateway.store.endpoints import Wanted
from gateway.store.events import after
from gateway.webhooks import new_secret

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
HOSTILE = '<b>THERMAL LABEL</b><script>document.title="PAID"</script>'
VOID = {"meta", "link", "input", "img", "use", "path", "rect", "br"}


class Outline(HTMLParser):
    """Reads a page: that its tags are balanced, its ids unique, its tables and fields named."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.faults: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a" and (values.get("href") or "").startswith("#"):
            self.links.append(str(values["href"])[1:])
        if tag == "label" and values.get("for"):
            self.labels.add(str(values["for"]))
        if tag in {"textarea", "select"} or (tag == "input" and values.get("type") != "hidden"):
            self.fields.append(values | {"inside": "label" if "label" in self.open else None})
        if tag == "th" and not values.get("scope"):
            self.faults.append("a heading of a table without its scope")
        if "style" in values or any(name.startswith("on") for name in values):
            self.faults.append(f"<{tag}> carries style or script")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def check(self) -> None:
        assert self.faults == []
        assert self.open == []
        assert len(self.ids) == len(set(self.ids)), "an id stands twice"
        assert set(self.links) <= set(self.ids), "a link leads nowhere"
        for field in self.fields:
            assert field["inside"] or field.get("id") in self.labels, "a field without a label"


async def page_of(client: TestClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200
    text = await answer.text()
    outline = Outline()
    outline.feed(text)
    outline.check()
    return text


def rows(page: str) -> list[str]:
    """Return the rows of a list as text, without their markup."""
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in body.split("<tr")[1:]
    ]


# The inbox.


async def test_the_inbox_shows_what_needs_a_person_and_nothing_else(client: TestClient) -> None:
    page = await page_of(client, "/inbox")
    shown = rows(page)
    assert any("88207" in row and "472.00 disputed" in row and "Exception" in row for row in shown)
    assert any("Q2291" in row for row in shown)
    assert any("Unreadable" in row and "Invoice Q2306.docx" in row for row in shown)
    assert not any("BFC-208841" in row for row in shown), "a matched invoice needs nobody"


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("supplier:copperline", "88207", "Q2291"),
        ("SUPPLIER:COPPER", "88207", "Q2291"),
        ("reason:price_over", "Q2291", "88207"),
        ("number:882", "88207", "Q2291"),
        ("verdict:unreadable", "Q2306.docx", "88207"),
        ("partner:quillfeather", "Q2291", "88207"),
        ("role:buyer copperline", "88207", "Q2291"),
        ("thermal", "", "88207"),
    ],
)
async def test_words_narrow_the_inbox(
    client: TestClient, query: str, there: str, missing: str
) -> None:
    answer = await client.get("/inbox", params={"q": query})
    page = await answer.text()
    assert there in " ".join(rows(page))
    assert missing not in " ".join(rows(page))


async def test_words_that_are_not_understood_are_named(client: TestClient) -> None:
    page = await page_of(client, "/inbox?q=colour:red+suplier:osprey")
    assert "<code>colour:red</code> is not used: there is no word colour." in page
    assert 'href="/inbox?q=colour%3Ared+supplier%3Aosprey"' in page
    assert 'href="/inbox?q=suplier%3Aosprey">Leave it out' in page


@pytest.mark.parametrize("query", ["%", "_", "'", '"', "\\", "a%b", "' OR 1=1 --", "supplier:%25"])
async def test_signs_of_the_database_mean_nothing_in_words(client: TestClient, query: str) -> None:
    answer = await client.get("/inbox", params={"q": query})
    assert answer.status == 200
    assert "88207" not in " ".join(rows(await answer.text())) or query in {'"', "\\"}


async def test_an_empty_view_says_what_to_do(client: TestClient) -> None:
    page = await page_of(client, "/inbox?q=nobodyhasthis")
    assert "Nothing matches these words." in page
    assert 'href="/invoices"' in page


async def test_all_invoices_holds_the_matched_ones_too(client: TestClient) -> None:
    shown = " ".join(rows(await page_of(client, "/invoices")))
    assert "BFC-208841" in shown
    assert "88207" in shown


async def test_pages_follow_one_another_without_gaps_or_repeats(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows(await page_of(client, "/inbox"))
    monkeypatch.setattr("gateway.web.inbox.PAGE_ROWS", 2)
    found: list[str] = []
    path: str | None = "/inbox"
    while path:
        page = await page_of(client, path)
        found += rows(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = unescape(following[1]) if following else None
    assert found == whole


@pytest.mark.parametrize("after_", ["", "x", "invoice.1", "invoice.x.y", "nobody.1.2026", "...."])
async def test_a_place_that_is_none_begins_at_the_beginning(
    client: TestClient, after_: str
) -> None:
    answer = await client.get("/inbox", params={"after": after_})
    assert answer.status == 200


# An exception.


async def test_an_exception_lays_the_documents_side_by_side(
    client: TestClient, workspace: Any
) -> None:
    page = await page_of(client, f"/x/{workspace.record('88207')}")
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for said in ("4500071203", "GR-60447", "44 RL", "40 RL", "+4 RL", "over the order", "472.00"):
        assert said in text
    assert "IT1*2*44*RL*118" in text.replace(" ", "")


async def test_a_click_on_a_value_leads_to_its_origin(client: TestClient, workspace: Any) -> None:
    page = await page_of(client, f"/x/{workspace.record('88207')}")
    anchor = re.search(r'<span class="value loud"><a href="#([^"]+)">44 RL</a>', page)
    assert anchor
    assert re.search(rf'id="{anchor[1]}" title="line 2, quantity [^"]*">44</span>', page)


async def test_accepting_moves_on_and_is_announced(
    client: TestClient, workspace: Any, form_of: Callable[[str], dict[str, str]]
) -> None:
    record = workspace.record("88207")
    page = await page_of(client, f"/x/{record}?q=verdict:exception")
    fields = dict(re.findall(r'name="(key|digest|q)" value="([^"]*)"', page))
    sent = form_of("/inbox") | fields | {"action": "accept", "reason": "agreed with purchasing"}
    done = await client.post(f"/x/{record}/decision", data=sent)
    assert done.status == 200
    assert "Accepted: 88207" in await done.text()
    assert done.url.path.startswith("/x/")
    assert str(record) not in done.url.path
    again = await client.post(f"/x/{record}/decision", data=sent)
    assert again.status == 200
    with workspace.store.read() as connection:
        told = after(connection, 0, types=["invoice.exception_resolved"])
    assert [(one.subject, one.actor) for one in told] == [(f"record/{record}", "operator")]
    assert "88207" not in " ".join(rows(await page_of(client, "/inbox")))
    decided = await page_of(client, f"/x/{record}")
    assert "agreed with purchasing" in decided
    assert 'name="action"' not in decided


async def test_the_second_person_is_told(
    client: TestClient, workspace: Any, form_of: Callable[[str], dict[str, str]]
) -> None:
    record = workspace.record("88207")
    page = await page_of(client, f"/x/{record}")
    digest = dict(re.findall(r'name="(digest)" value="([^"]*)"', page))
    for number in ("1", "2"):
        sent = form_of("/inbox") | digest | {"action": "accept", "reason": "yes"}
        done = await client.post(f"/x/{record}/decision", data=sent | {"key": number * 32})
    assert "Already accepted by operator 0 s ago" in await done.text()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "wrong"}, 403),
        ({"token": ""}, 403),
        ({"reason": "  "}, 422),
        ({"reason": "x" * 3000}, 422),
        ({"action": "pay"}, 400),
        ({"key": ""}, 400),
    ],
)
async def test_a_form_that_is_not_ours_or_not_filled_does_nothing(
    client: TestClient,
    workspace: Any,
    form_of: Callable[[str], dict[str, str]],
    change: dict[str, str],
    status: int,
) -> None:
    record = workspace.record("88207")
    page = await page_of(client, f"/x/{record}")
    digest = dict(re.findall(r'name="(digest)" value="([^"]*)"', page))
    sent = form_of("/inbox") | digest | {"action": "accept", "reason": "yes", "key": "k" * 32}
    done = await client.post(f"/x/{record}/decision", data=sent | change)
    assert done.status == status
    with workspace.store.read() as connection:
        assert after(connection, 0, types=["invoice.exception_resolved"]) == []


async def test_matching_again_says_so(
    client: TestClient, workspace: Any, form_of: Callable[[str], dict[str, str]]
) -> None:
    record = workspace.record("88207")
    await page_of(client, f"/x/{record}")
    done = await client.post(f"/x/{record}/rematch", data=form_of("/inbox"))
    assert "Matched again" in await done.text()


async def test_every_record_has_a_page(client: TestClient, workspace: Any) -> None:
    with workspace.store.read() as connection:
        records = list(connection.exec_driver_sql("SELECT id FROM record").scalars())
    for record in records:
        await page_of(client, f"/x/{record}")
    assert len(records) > 10


@pytest.mark.parametrize(
    "path", ["/x/999999", "/documents/999999/file", "/static/none", "/nothing"]
)
async def test_what_is_not_there_says_so_kindly(client: TestClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert "To the inbox" in await answer.text()


async def test_what_could_not_be_read_whole_waits_for_a_person(
    client: TestClient, workspace: Any, tmp_path: Path
) -> None:
    invoice = (SAMPLES / "03-over-billing/copperline/810-88207.x12").read_bytes()
    path = tmp_path / "copperline" / "torn.x12"
    path.parent.mkdir()
    path.write_bytes(invoice.replace(b"IT1*2*44*", b"IT1*2*4X*").replace(b"88207", b"88299"))
    workspace.take_in([path])
    (row,) = [row for row in rows(await page_of(client, "/inbox")) if "88299" in row]
    assert "Incomplete" in row
    assert "4X" in row
    page = await page_of(client, f"/x/{workspace.record('88299')}")
    assert "What is wrong with the document" in page
    assert "IT1*2*4X*RL" in re.sub(r"<[^>]+>", "", page)
    assert 'name="action"' not in page


# The other pages.


async def test_unreadable_files_tell_what_helps(client: TestClient) -> None:
    page = await page_of(client, "/quarantine")
    assert "Invoice Q2306.docx" in page
    assert "What helps" in page


async def test_a_file_is_saved_and_never_opened(client: TestClient) -> None:
    answer = await client.get("/documents/1/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content_type == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_deliveries_show_the_dead_and_send_them_again(
    client: TestClient, workspace: Any, form_of: Callable[[str], dict[str, str]]
) -> None:
    at = stamp(workspace.services().clock())
    with workspace.store.write() as connection:
        wanted = Wanted(url="https://erp.example/hook", secret=new_secret())
        endpoints.declare(connection, wanted, at, newest=NEWEST)
        connection.exec_driver_sql("UPDATE endpoint SET cursor = 0")
        (endpoint,) = endpoints.endpoints(connection)
        deliveries.fan_out(connection, endpoint, at)
        connection.exec_driver_sql(
            "UPDATE delivery SET state='dead', tries=11, status=500, answer='<i>no</i>'"
            " WHERE sequence = 1"
        )
    page = await page_of(client, "/deliveries")
    assert "https://erp.example/hook" in page
    assert "500 &lt;i&gt;no&lt;/i&gt;" in page
    done = await client.post("/deliveries/replay", data=form_of("/inbox") | {"delivery": "1"})
    assert "Put back into the queue" in await done.text()
    with workspace.store.read() as connection:
        assert deliveries.listed(connection, "dead") == []


async def test_a_workspace_without_endpoints_says_how_to_get_one(client: TestClient) -> None:
    assert "No endpoint is set up" in await page_of(client, "/deliveries")


# What suppliers write.


async def test_markup_of_a_supplier_is_text_on_every_page(
    client: TestClient, workspace: Any
) -> None:
    record = workspace.record("Q2291")
    for path in ("/inbox", "/invoices", "/quarantine", "/deliveries", f"/x/{record}"):
        page = await page_of(client, path)
        assert HOSTILE not in page
        assert "<script>document" not in page
    assert unescape(await page_of(client, f"/x/{record}")).count(HOSTILE) >= 2


async def test_hidden_characters_are_shown_by_their_number(
    client: TestClient, workspace: Any
) -> None:
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE reconciliation SET reason = ?", ("pay \u202e00.001\u202c now\x07",)
        )
    page = await page_of(client, "/inbox")
    assert "\u202e" not in page
    assert "\x07" not in page
    assert "\N{MATHEMATICAL LEFT ANGLE BRACKET}U+202E" in page


async def test_what_the_address_says_was_done_is_believed_only_where_it_was(
    client: TestClient,
) -> None:
    for done in ("<script>", "999999", "-1", "accepted"):
        page = await (await client.get("/inbox", params={"done": done})).text()
        assert 'role="status"' not in page
