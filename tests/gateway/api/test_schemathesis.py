"""Schemathesis asks what the description allows and forbids, and judges every answer by it.

It runs as the program that it is, against a server on a real socket, bounded in examples.
"""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gateway.api import openapi
from gateway.doors.http import build_app
from gateway.doors.listening import runner_of
from gateway.store.engine import Store
from tests.gateway.api.stored import DIGEST, store_some
from tests.gateway.doors.test_http import SETTINGS, TOKEN, services

EXAMPLES = 12
HOOKS = f'''
import schemathesis


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Decide on what there is, for an ETag cannot be guessed; wait for no event."""
    if case.query and str(case.query.get("wait", "")).isdigit():
        case.query["wait"] = 0
    if case.path.endswith("/decisions") and case.method == "POST" and case.headers is not None:
        if case.headers.get("If-Match", "").strip():
            case.headers["If-Match"] = '"{DIGEST}"'
'''

CONFIG = f"""
[generation]
allow-x00 = false  # refused everywhere, as another test shows

[auth.openapi.key]
bearer = "{TOKEN}"

[checks]
# What is said in the right form may still not be so: a key used for something else (422), a result
# that has changed (412), a network that is none (422).
positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 412, 422, "5xx"]
missing_required_header.expected-statuses = [401, 422, 428]

[[operations]]
include-name = ["POST /v1/documents", "POST /v1/uploads"]
# A key of one partner need not say whose documents it sends; this one must (400). How big a file
# may be is the operator's to say (413).
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 413, 422]
"""


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_every_answer_is_as_described(store: Store, clock: Any, tmp_path: Path) -> None:
    made = services(store, clock, tmp_path, SETTINGS)
    store_some(made)
    runner = runner_of(build_app(made))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "hooks.py").write_text(HOOKS, encoding="utf-8")
    done = await asyncio.to_thread(_asked, f"http://{host}:{port}", tmp_path)
    await runner.cleanup()
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]


def _asked(address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert program
    (folder / "openapi.json").write_bytes(openapi.written())
    words = [program, "run", "openapi.json", "--url", address]
    words += ["--phases", "examples,coverage,fuzzing"]
    words += ["--max-examples", str(EXAMPLES), "--seed", "7", "--generation-database", "none"]
    words += ["--continue-on-failure", "--request-timeout", "20", "--no-color"]
    environment = {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(folder), "PATH": ""}
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=150
    )
