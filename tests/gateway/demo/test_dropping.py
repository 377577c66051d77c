"""Dropping the samples: each file once, whole, wherever the gateway has put it since."""

from pathlib import Path

import pytest

from gateway.demo.dropping import drop, lying_about
from gateway.demo.stories import interleaved, samples, stories
from gateway.demo.workspace import ForeignFolderError, prepare
from gateway.doors.partner import PartnerFolder

DOCUMENTS = list(interleaved(stories(samples())))
PARTNERS = {document.partner for _, document in DOCUMENTS}


def test_every_document_is_dropped_once(tmp_path: Path) -> None:
    assert lying_about(tmp_path, PARTNERS) == set()
    assert len(list(drop(tmp_path, DOCUMENTS, set()))) == len(DOCUMENTS)
    there = lying_about(tmp_path, PARTNERS)
    assert there == {(one.partner, one.name) for _, one in DOCUMENTS}
    for story, document in DOCUMENTS:
        (tmp_path / document.partner / "in" / document.name).unlink()
        assert story.content(document) is not None
    list(drop(tmp_path, DOCUMENTS, there))
    assert lying_about(tmp_path, PARTNERS) == set()


def test_a_file_is_found_wherever_it_went(tmp_path: Path) -> None:
    folder = PartnerFolder(tmp_path / "copperline")
    folder.prepare()
    for name in ("waits", "claimed", "finished", "refused"):
        (folder.incoming / name).write_bytes(b"x")
    folder.claim("claimed")
    folder.finish(folder.claim("finished"), "2026-10-30", 1)
    folder.quarantine(folder.claim("refused"), 2, b"{}")
    found = {name for _, name in lying_about(tmp_path, ["copperline"])}
    assert {"waits", "claimed", "finished", "refused"} <= found


def test_a_workspace_is_emptied_only_when_it_is_the_demos(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "demo", tmp_path / "theirs"
    prepare(mine, samples(), keep=False)
    (mine / "data").mkdir()
    prepare(mine, samples(), keep=True)
    assert (mine / "data").exists()
    prepare(mine, samples(), keep=False)
    assert not (mine / "data").exists()
    theirs.mkdir()
    (theirs / "letter.txt").touch()
    with pytest.raises(ForeignFolderError, match="not the demo's"):
        prepare(theirs, samples(), keep=False)
    assert (theirs / "letter.txt").exists()
