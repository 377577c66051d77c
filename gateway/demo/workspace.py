"""The demo's own place: a folder with its configuration, its data, its partners and its ERP."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from gateway.config import Config, load
from gateway.demo.shop import CATALOG, NAME
from gateway.demo.stories import Story

_MARK = ".dockmatch-demo"
_FILES = ("dockmatch.toml", "policy.toml", CATALOG)
_GIVE_UP_SECONDS = 3.0


class ForeignFolderError(Exception):
    """The folder holds something that the demo did not put there."""


def prepare(folder: Path, samples: Path, *, keep: bool) -> None:
    """Make `folder` ready; empty it first, unless it is to be kept. Raises ForeignFolderError."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            message = f"{folder} holds files that are not the demo's; name another --directory"
            raise ForeignFolderError(message)
        if not keep:
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    for name in _FILES:
        shutil.copyfile(samples / name, folder / name)


def configure(folder: Path, stories: Iterable[Story], erp: tuple[str, str], port: int) -> Config:
    """Return the sample configuration as the demo runs it.

    `erp` is the receiver's address and secret. It judges by the day of the stories, and does not
    wait a quarter of an hour for the end of a file that was cut off.
    """
    url, secret = erp
    endpoint = f"[{{url = {json.dumps(url)}, secret = {json.dumps(secret)}}}]"
    said = {
        "DOCKMATCH__MATCHING__AS_OF": max(one.told.as_of for one in stories).isoformat(),
        "DOCKMATCH__FOLDERS__PATIENCE__GIVE_UP": str(_GIVE_UP_SECONDS),
        "DOCKMATCH__ENDPOINTS": endpoint,
        "DOCKMATCH__WEB__PORT": str(port),
        "DOCKMATCH__CATALOG__ITEMS": CATALOG,
        "DOCKMATCH__CATALOG__NAME": NAME,
    }
    return load(folder / _FILES[0], said)
