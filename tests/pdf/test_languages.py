"""Scans are read in the languages that are agreed with their sender, English always among them."""

import io
import os
import shutil
from pathlib import Path

import msgspec
import pytest

from gateway.formats import Arrival, read_arrived
from gateway.partners import Agreed
from mappers.canonical import Invoice
from mappers.profile import Profile


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which each call of Tesseract leaves its arguments."""
    file, program = tmp_path / "asked", tmp_path / "tesseract"
    program.write_text(f'#!/bin/sh\necho "$@" >> {file}\nexec {shutil.which("tesseract")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return file


@pytest.mark.parametrize(("languages", "option"), [((), "-l eng"), (("deu", "fra"), "deu+fra+eng")])
def test_a_scan_is_read_in_the_languages_of_its_partner(
    asked: Path, scan_pdf: bytes, languages: tuple[str, ...], option: str
) -> None:
    agreed = Agreed(Profile(languages=languages))
    arrival = Arrival(name="scan.pdf", sha256="", year=2026, partner="falkner", agreed=agreed)
    found = [mapped.record for mapped in read_arrived(io.BytesIO(scan_pdf), arrival)]
    assert [one.number for one in found if isinstance(one, Invoice)] == ["KT-20417"]
    assert option in asked.read_text()


@pytest.mark.parametrize("language", ["--psm", "../eng", "German"])
def test_a_language_is_named_as_tesseract_names_it(language: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"languages": [language]}, Profile)
