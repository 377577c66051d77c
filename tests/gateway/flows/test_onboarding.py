"""The test of a partner finds what is wrong before the first document does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.doors.mail_settings import MailSettings, Sender
from gateway.doors.sftp_settings import SftpAccount, SftpSettings
from gateway.flows.onboarding import Check, Doors, Trial, looked_over, ways
from gateway.outbound import Outbound
from gateway.partners import profile_of
from gateway.punchout.posting import post
from gateway.punchout.trading import Trading
from gateway.punchout.writing import profile_response, status_response
from mappers.profile import Profile

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PROFILE = """\
[[identifiers.isa]]
qualifier = "ZZ"
id = "BELLWEATHER"
[[identifiers.cxml]]
domain = "DUNS"
identity = "061111111"
[[ours.cxml]]
domain = "DUNS"
identity = "062222222"
[connection]
their_secret = "file:theirs"
our_secret = "file:ours"
order_url = "{address}"
"""


class Server:
    """A partner's cXML server; `answer` is what it says, `asked` what it was sent."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.answer = web.Response(
            body=profile_response({"OrderRequest"}, "https://partner.example", NOW, "p1", NOW),
            content_type="text/xml",
        )
        self.address = ""

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(await request.read())
        return self.answer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    app = web.Application()
    app.router.add_post("/cxml", found.take)
    async with TestServer(app) as running:
        found.address = str(running.make_url("/cxml"))
        yield found


@pytest.fixture
async def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trial]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    (tmp_path / "inbox" / "bellweather" / "in").mkdir(parents=True)
    (tmp_path / "theirs").write_text("welcome-in-9")
    (tmp_path / "ours").write_text("welcome-out-7")
    outbound = Outbound([ip_network("127.0.0.0/8")])
    yield Trial(
        trading=Trading(tmp_path / "partners", tmp_path),
        doors=Doors(inbox=tmp_path / "inbox"),
        post=partial(post, outbound),
        now=NOW,
    )
    await outbound.close()


def agree(text: str, name: str = "bellweather") -> None:
    Path("partners", f"{name}.toml").write_text(text)


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {one.what: one for one in checks}


async def test_all_is_well_where_everything_stands(trial: Trial, server: Server) -> None:
    agree(PROFILE.format(address=server.address))
    checks = by_name(await looked_over("bellweather", trial))
    assert {what: one.ok for what, one in checks.items()} == {
        "Profile": True,
        "Identifiers": True,
        "Folder": True,
        "Their secret": True,
        "Our secret": True,
        "Their server": True,
    }
    assert "OrderRequest" in checks["Their server"].told
    assert b"<ProfileRequest" in server.asked[0]
    assert b"welcome-out-7" in server.asked[0]
    assert b'deploymentMode="test"' in server.asked[0]


async def test_each_thing_that_is_wrong_is_told_with_what_helps(
    trial: Trial, server: Server, tmp_path: Path
) -> None:
    agree(PROFILE.format(address=server.address))
    agree('[[identifiers.isa]]\nqualifier = "ZZ"\nid = "BELLWEATHER"\n', "rival")
    (tmp_path / "ours").write_text("")
    (tmp_path / "theirs").unlink()
    (tmp_path / "inbox" / "bellweather" / "in").rmdir()
    server.answer = web.Response(
        body=status_response(401, "we do not know you", "p1", NOW), content_type="text/xml"
    )
    checks = by_name(await looked_over("bellweather", trial))
    assert [what for what, one in checks.items() if one.ok is False] == [
        "Identifiers",
        "Folder",
        "Their secret",
        "Our secret",
        "Their server",
    ]
    assert "bellweather and rival" in checks["Identifiers"].told
    assert "we do not know you" in checks["Their server"].told
    assert all(
        one.remedy for one in checks.values() if one.ok is False and "secret" not in one.what
    )


async def test_a_faulty_profile_is_told_and_its_server_left_alone(
    trial: Trial, server: Server
) -> None:
    agree(PROFILE.format(address=server.address) + "\nnonsense = 1\n")
    checks = by_name(await looked_over("bellweather", trial))
    assert checks["Profile"].ok is False
    assert server.asked == []


async def test_a_server_that_is_away_is_told(trial: Trial) -> None:
    agree(PROFILE.format(address="http://127.0.0.1:9/cxml"))
    assert by_name(await looked_over("bellweather", trial))["Their server"].ok is False


async def test_a_partner_without_a_profile_needs_none(trial: Trial) -> None:
    checks = by_name(await looked_over("bellweather", trial))
    assert checks["Profile"].ok is None
    assert checks["Folder"].ok


def test_the_ways_are_those_that_are_open(trial: Trial) -> None:
    agree(PROFILE.format(address="https://partner.example/cxml"))
    profile = profile_of("bellweather")
    assert profile is not None
    doors = Doors(
        inbox=Path("inbox"),
        sftp=SftpSettings(port=2222, accounts=(SftpAccount(name="bellweather", keys=("k",)),)),
        mail=MailSettings(
            host="mail.example",
            user="in@buyer.example",
            senders=(Sender(address="ap@bellweather.example", partner="bellweather"),),
        ),
    )
    found = {one.title: one for one in ways("bellweather", profile, doors, "https://us.example")}
    assert list(found) == ["Folder", "SFTP", "E-mail", "HTTP", "cXML", "X12"]
    assert [one.text for one in found["cXML"].values if one.secret] == ["file:theirs"]
    assert [one.text for one in found["SFTP"].values] == [
        "127.0.0.1",
        "2222",
        "bellweather",
        "/in",
        "/out",
    ]
    bare = ways("other", Profile(), doors, "https://us.example")
    assert [one.title for one in bare] == ["Folder", "HTTP"]
    assert trial.now == NOW
