"""Partners: how each does, its profile tried on real traffic, its values, and the test of them."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace
from sqlalchemy import func, select

from gateway.doors.http import build_app
from gateway.store.events import after
from gateway.store.schema import document

Form = Callable[[str], dict[str, str]]
PROFILE = """\
name = "Bellweather Metals"

[[identifiers.isa]]
qualifier = "ZZ"
id = "BELLWEATHER"

[ours]
isa = [{qualifier = "ZZ", id = "TAMARACK"}]

[[identifiers.cxml]]
domain = "DUNS"
identity = "061111111"

[[ours.cxml]]
domain = "DUNS"
identity = "062222222"

[connection]
their_secret = "file:bellweather.secret"
"""
INVOICE = (
    f"ISA*00*{'':10}*00*{'':10}*ZZ*{'BELLWEATHER':15}*ZZ*{'TAMARACK':15}*260302*0900*U*00401*"
    "000000001*0*P*>~GS*IN*A*B*20260302*0900*1*X*004010~ST*810*0001~BIG*20260302*IN1**PO1~"
    "IT1*1*10*EA*5**VP*A-1~TDS*5000~CTT*1~SE*6*0001~GE*1*1~IEA*1*000000001~"
).encode()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Profiles are looked for where the gateway runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    return tmp_path


class Live:
    """The profile that holds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.write(PROFILE)

    def write(self, text: str) -> None:
        self._path.write_text(text)

    @property
    def text(self) -> str:
        return self._path.read_text()


@pytest.fixture
def profile(folder: Path) -> Live:
    return Live(folder / "partners" / "bellweather.toml")


async def shown(client: TestClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    return unescape(await answer.text())


def said(page: str) -> str:
    """Return the text of a page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_the_list_tells_who_needs_a_look(client: TestClient, folder: Path) -> None:
    (folder / "partners" / "quiet.toml").write_text('name = "Quiet & Co"')
    (folder / "partners" / "faulty.toml").write_text("nonsense = 1")
    page = said(await shown(client, "/partners"))
    assert "Profile has mistakes faulty" in page
    assert "Nothing lately Quiet & Co" in page
    assert "bellweather" in page
    assert page.index("faulty") < page.index("Quiet & Co")


async def test_a_partner_shows_what_it_sends_and_what_is_agreed(
    client: TestClient, profile: Live
) -> None:
    page = said(await shown(client, "/partners/bellweather"))
    assert "Bellweather Metals" in page
    assert "by folder" in page
    assert "BELLWEATHER" in page
    profile.write("[[identifiers.isa]]\nname = 4\n")
    page = said(await shown(client, "/partners/bellweather"))
    assert "identifiers" in page
    assert "Line" in page


@pytest.mark.parametrize("path", ["/partners/nobody", "/partners/..%2fetc", "/partners/.hidden"])
async def test_who_is_no_partner_is_not_found(client: TestClient, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_the_guide_is_a_page_of_its_own(client: TestClient, profile: Live) -> None:
    assert profile.text == PROFILE
    answer = await client.get("/partners/bellweather/guide?set=810")
    assert "Implementation guide for Bellweather Metals" in await answer.text()
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    unknown = await client.get("/partners/bellweather/guide?set=811")
    assert unknown.status == 404


async def test_the_values_stand_by_the_names_of_each_format(
    client: TestClient, profile: Live
) -> None:
    assert profile.text == PROFILE
    page = said(await shown(client, "/partners/bellweather/start"))
    assert "From DUNS 061111111" in page
    assert "To DUNS 062222222" in page
    assert "Sender DUNS 061111111" in page
    assert "SharedSecret what file:bellweather.secret holds" in page
    assert "ISA05/06, sender ZZ BELLWEATHER" in page
    assert "ISA07/08, receiver ZZ TAMARACK" in page
    assert "/v1/documents?partner=bellweather" in page


async def test_a_changed_profile_is_tried_before_it_holds(
    client: TestClient, workspace: Any, form_of: Form, profile: Live
) -> None:
    page = await shown(client, "/partners/bellweather/profile")
    assert "BELLWEATHER" in page
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    changed = PROFILE + '\n[codes]\nuom = {EA = "PCE"}\n'
    sent = form_of("/partners/bellweather/profile") | {"text": changed, "seen": seen}
    tried = said(
        unescape(await (await client.post("/partners/bellweather/profile/try", data=sent)).text())
    )
    assert "read otherwise" in tried
    assert "Put it live" in tried
    assert profile.text == PROFILE
    live = await client.post("/partners/bellweather/profile", data=sent)
    assert "The profile is live" in await live.text()
    assert profile.text == changed
    with workspace.store.read() as connection:
        (told,) = after(connection, 0, types=["partner.changed"])
    assert (told.subject, told.actor) == ("partner/bellweather", "operator")
    assert "Approved by operator" in await shown(client, "/partners/bellweather")


async def test_what_makes_errors_does_not_become_live(
    client: TestClient, form_of: Form, profile: Live
) -> None:
    page = await shown(client, "/partners/bellweather/profile")
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    changed = PROFILE + '\n[[required]]\nfield = "notes"\n'
    sent = form_of("/partners/bellweather/profile") | {"text": changed, "seen": seen}
    tried = await (await client.post("/partners/bellweather/profile/try", data=sent)).text()
    assert "Put it live" not in tried
    refused = await client.post("/partners/bellweather/profile", data=sent)
    assert refused.status == 409
    assert profile.text == PROFILE


async def test_the_second_of_two_who_change_it_is_told(
    client: TestClient, form_of: Form, profile: Live
) -> None:
    page = await shown(client, "/partners/bellweather/profile")
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    profile.write(PROFILE + "\n# by somebody else\n")
    sent = form_of("/partners/bellweather/profile") | {"text": PROFILE, "seen": seen}
    answer = await client.post("/partners/bellweather/profile", data=sent)
    assert answer.status == 409
    assert "Somebody else changed this profile" in await answer.text()
    assert "by somebody else" in profile.text


async def test_mistakes_are_told_with_their_lines(client: TestClient, form_of: Form) -> None:
    await client.get("/partners/newcomer/profile")
    sent = form_of("/partners/newcomer/profile") | {"text": "\n\nnonsense = 1\n", "seen": ""}
    page = said(await (await client.post("/partners/newcomer/profile/try", data=sent)).text())
    assert "Line 3, nonsense" in page
    assert "Put it live" not in page


async def test_a_first_profile_can_be_made(client: TestClient, form_of: Form, folder: Path) -> None:
    assert 'name = "newcomer"' in await shown(client, "/partners/newcomer/profile")
    sent = form_of("/partners/newcomer/profile") | {"text": 'name = "New"\n', "seen": ""}
    await client.post("/partners/newcomer/profile", data=sent)
    assert (folder / "partners" / "newcomer.toml").read_text() == 'name = "New"\n'


async def test_profiles_are_changed_by_our_own_form(client: TestClient, profile: Live) -> None:
    await client.get("/partners/bellweather/profile")
    sent = {"text": "", "seen": ""}
    assert (await client.post("/partners/bellweather/profile", data=sent)).status == 403
    assert profile.text == PROFILE


async def test_a_file_is_tried_and_nothing_is_created(workspace: Any, profile: Live) -> None:
    assert profile.text == PROFILE
    workspace.readers.start()
    services = replace(workspace.services(), readers=workspace.readers)
    async with TestClient(TestServer(build_app(services))) as client:
        before = documents(workspace)
        page = said(await tried(client, "inv.x12", INVOICE))
        assert "Invoice IN1" in page
        page = said(await tried(client, "inv.x12", INVOICE.replace(b"TDS*5000~", b"")))
        assert "Wrong or missing Invoice IN1" in page
        page = said(await tried(client, "nothing.bin", b"\x00\x01nothing"))
        assert "What helps" in page
        page = said(await tried(client, "", b""))
        assert "Choose a file first." in page
        assert documents(workspace) == before
    workspace.readers.stop()


def documents(workspace: Any) -> int:
    with workspace.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(document)).scalar_one())


async def tried(client: TestClient, name: str, content: bytes) -> str:
    """Send a file by the form of the page."""
    page = await shown(client, "/partners/bellweather/start")
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    sent = FormData({"token": token})
    sent.add_field("file", content, filename=name, content_type="application/octet-stream")
    answer = await client.post("/partners/bellweather/try", data=sent)
    assert answer.status == 200
    return unescape(await answer.text())
