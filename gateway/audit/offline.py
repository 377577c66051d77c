"""Verify evidence without dockmatch: `python3 verify.py FOLDER`, with Python's standard library.

This file is part of every evidence that dockmatch hands out. It recomputes the hash of every source
and of every event, and the chain of seals from the events to the newest seal. Compare the digest
that it prints at the end with one that you kept elsewhere: a log line, an event `audit.sealed`.

An event's hash is SHA-256 over the JSON array of its sequence, id, at, actor, type, subject and the
SHA-256 of its body, in ASCII and without blanks. A seal's digest is SHA-256 over the digest before
it and the hashes of its events, a line each.
"""

import hashlib
import json
import sys
from pathlib import Path

NOTHING = "0" * 64
"""The digest before the first seal."""


def event_hash(event: "dict[str, object]", body: bytes = b"", digest: "str | None" = None) -> str:
    """Return the hash of an event, in hexadecimal digits; `digest` is of a body that is gone."""
    names = ("sequence", "id", "at", "actor", "type", "subject")
    words = [*(event[name] for name in names), digest or hashlib.sha256(body).hexdigest()]
    text = json.dumps(words, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_digest(before: str, hashes: "list[str]") -> str:
    """Return the digest of a seal over the hashes of its events, in their order."""
    return hashlib.sha256("".join(f"{one}\n" for one in [before, *hashes]).encode()).hexdigest()


def faults(folder: Path) -> "list[str]":
    """Return what does not fit together in an evidence that was unpacked to `folder`."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = []
    for file, expected in manifest["files"].items():
        path = folder / file
        if not path.is_file():
            found.append(f"{file} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            found.append(f"{file} is not what it was")
    return found + _chain_faults(folder)


def _chain_faults(folder: Path) -> "list[str]":
    chain = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
    found, before = [], chain["seals"][0]["before"] if chain["seals"] else NOTHING
    hashes = {int(number): text for number, text in chain["hashes"].items()}
    for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        number = event["sequence"]
        made = event_hash(event, event["body"].encode(), event.get("body_sha256"))
        if number in hashes and made != hashes[number]:
            found.append(f"event {number} is not what was sealed")
    for seal in chain["seals"]:
        if seal["before"] != before:
            found.append(f"the seal of events {seal['first']} to {seal['last']} is not chained")
        numbers = range(seal["first"], seal["last"] + 1)
        inside = [hashes[number] for number in numbers if number in hashes]
        if inside and seal_digest(seal["before"], inside) != seal["digest"]:
            found.append(f"the seal of events {seal['first']} to {seal['last']} is broken")
        before = seal["digest"]
    return found


def main() -> int:
    """Print what is wrong, or the newest digest; return 0 only if nothing is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    wrong = faults(folder)
    chain = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
    newest = chain["seals"][-1]["digest"] if chain["seals"] else "none yet"
    sys.stdout.write("".join(f"{one}\n" for one in wrong) or f"all fits; newest seal: {newest}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
