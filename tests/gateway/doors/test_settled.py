"""A file is taken when it has come to rest and its format agrees; never because it is old alone."""

import os
from pathlib import Path

import pytest

from gateway.doors.partner import Entry
from gateway.doors.settled import Look, Patience, Sightings, look_at, verdict
from parsers.form import Problem

PATIENCE = Patience(settle=0.2, stable=1, unsure=30, give_up=900)
LIMIT = 1000


def entry(path: Path) -> Entry:
    return Entry(path.name, path.lstat())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<a>1</a>")
    return path


@pytest.mark.parametrize(
    ("shape", "writer", "needed"),
    [
        ("complete", False, 0.2),
        ("complete", None, 0.2),
        ("complete", True, 900),
        ("unknown", False, 1),
        ("unknown", None, 30),
        ("unknown", True, 900),
        ("incomplete", False, 900),
        ("incomplete", None, 900),
    ],
)
def test_how_long_a_file_must_be_quiet(
    file: Path, shape: str, writer: object, needed: float
) -> None:
    def said(quiet: float) -> object:
        look = Look(shape=shape, writer=writer)  # type: ignore[arg-type]
        return verdict(entry(file), quiet, lambda: look, PATIENCE, LIMIT)

    assert said(needed - 0.01) == "wait"
    assert said(needed) == "take"


def test_a_change_of_any_kind_starts_the_wait_again(file: Path) -> None:
    sightings = Sightings()
    assert sightings.see([entry(file)], 10) == {"a.xml": 0}
    assert sightings.see([entry(file)], 11) == {"a.xml": 1}
    with file.open("ab") as more:
        more.write(b"<!-- -->")
    assert sightings.see([entry(file)], 12) == {"a.xml": 0}
    os.utime(file, ns=(1, 1))
    assert sightings.see([entry(file)], 13) == {"a.xml": 0}
    other = file.with_name("other")
    other.write_bytes(file.read_bytes())
    other.rename(file)
    os.utime(file, ns=(1, 1))
    assert sightings.see([entry(file)], 14) == {"a.xml": 0}  # another file under the name
    assert sightings.see([], 15) == {}


def nothing() -> Look:
    pytest.fail("it must not even be opened")


def refused(path: Path, quiet: float = 1) -> str:
    said = verdict(entry(path), quiet, nothing, PATIENCE, LIMIT)
    return said.code if isinstance(said, Problem) else said


def test_what_is_no_plain_file_is_refused_unopened(tmp_path: Path, file: Path) -> None:
    link, pipe, folder = tmp_path / "link", tmp_path / "pipe", tmp_path / "folder"
    link.symlink_to(file)
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (link, pipe, folder):
        assert refused(path) == "file.not_regular"
        assert refused(path, quiet=0.5) == "wait"  # it may be on its way to something else


def test_a_second_name_is_refused_unless_it_goes_away(tmp_path: Path, file: Path) -> None:
    (tmp_path / "second").hardlink_to(file)
    assert refused(file, quiet=0.5) == "wait"  # some publish by a link and an unlink
    assert refused(file) == "file.hard_linked"


def test_a_file_that_grows_for_ever_is_refused_while_it_grows(file: Path) -> None:
    file.write_bytes(b"x" * (LIMIT + 1))
    assert refused(file, quiet=0) == "file.too_big"


def test_the_kernel_knows_of_a_writer(file: Path) -> None:
    assert look_at(file) == Look(shape="complete", writer=False)
    with file.open("ab"):
        assert look_at(file).writer is True
    with file.open("rb"):
        assert look_at(file).writer is False


def test_a_link_that_took_the_place_of_a_file_is_not_followed(tmp_path: Path, file: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(OSError, match="symbolic links"):
        look_at(link)


def test_looking_at_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="seek"):
        look_at(tmp_path / "pipe")
