"""A whole gateway on stories that came through its folders, and a real browser on its pages."""

import asyncio
import json
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks
from aiohttp import web
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gateway.app import Gateway
from gateway.config import load
from gateway.webhooks import new_secret

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
STORIES = ("01-", "02-", "03-", "07-", "11-", "12-", "13-")
PATIENCE_SECONDS = 120


class House:
    """A running gateway with a receiver that verifies what it is sent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secret = new_secret()
        self.events: list[dict[str, Any]] = []
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def open(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS), "the gateway did not come to rest"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def drain(self) -> None:
        """Return when everything is delivered."""
        drained = asyncio.run_coroutine_threadsafe(self.gateway.drain(), self._loop)
        drained.result(PATIENCE_SECONDS)

    async def _run(self) -> None:
        async with self._receiver() as hook:
            self.gateway = Gateway(load(self._config(hook)))
            _drop(self.folder / "inbox")
            await self.gateway.start()
            self.address = self.gateway.address
            await self.gateway.drain()
            self._ready.set()
            await self._stop.wait()
            await self.gateway.stop()

    @asynccontextmanager
    async def _receiver(self) -> AsyncIterator[str]:
        async def take(request: web.Request) -> web.Response:
            content = await request.read()
            standardwebhooks.Webhook(self.secret).verify(content, dict(request.headers))
            self.events.append(json.loads(content))
            return web.Response(status=204)

        app = web.Application()
        app.router.add_post("/hook", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await runner.cleanup()

    def _config(self, hook: str) -> Path:
        path = self.folder / "dockmatch.toml"
        path.write_text(
            f"""
            [gateway]
            data = "data"
            inbox = "inbox"
            [folders.patience]
            give_up = 1.0
            [matching]
            policy = "{SAMPLES / "policy.toml"}"
            as_of = 2026-10-30
            [web]
            port = 0
            [outbound]
            allow = ["127.0.0.1/32"]
            [[endpoints]]
            url = "{hook}"
            secret = "{self.secret}"
            """,
            encoding="utf-8",
        )
        return path


def _drop(inbox: Path) -> None:
    for story in sorted(SAMPLES.iterdir()):
        if story.name.startswith(STORIES):
            documents = (one for one in story.glob("*/*") if one.suffix != ".json")
            for path in sorted(documents):
                folder = inbox / path.parent.name / "in"
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder / path.name)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House(tmp_path_factory.mktemp("house"))
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium is installed; make setup-test tells how to get it")
    arguments = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, house: House) -> Iterator[Open]:
    """Return a function that opens a page; complaints of the browser fail the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(path: str, **settings: Any) -> Page:
        context = browser.new_context(base_url=house.address, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _bad(said.type) else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _bad(kind: str) -> bool:
    return kind in {"error", "warning"}


@pytest.fixture
def contrasts() -> str:
    """Return the script that gives every text of a page with its contrast."""
    return CONTRASTS


CONTRASTS = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const paper = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const color = rgba(getComputedStyle(one).backgroundColor);
      if (color[3] > 0.99) return color;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !node.checkVisibility({ checkVisibilityCSS: true })) continue;
    if (node.closest("svg, .hidden, dialog, script, .skip")) continue;
    const [one, two] = [light(rgba(getComputedStyle(node).color)), light(paper(node))];
    found.push([text.slice(0, 30), (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05)]);
  }
  return found;
}
"""
