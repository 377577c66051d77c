"""A short run of the fuzzing that `make fuzz` carries on for as long as one likes."""

import sys
from pathlib import Path

import pytest

from tests.fuzz.__main__ import SAMPLES, SYNTAXES, batch
from tests.fuzz.check import HangError, check
from tests.fuzz.mutate import mutated, seeds


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow ten times as long where coverage is measured, which makes everything slower."""
    if "coverage" in sys.modules:
        monkeypatch.setattr("tests.fuzz.check._LEAST_SECONDS", 10.0)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_mutated_documents_are_read_or_refused(syntax: str) -> None:
    wrong = batch(syntax, 0, 1_000)
    assert not wrong, wrong[0][1][-2000:]


def test_an_input_of_a_number_is_always_the_same() -> None:
    documents = seeds(SAMPLES, "x12")
    assert mutated(documents, 7) == mutated(documents, 7)
    assert len({mutated(documents, number) for number in range(200)}) > 150


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_it_starts_from_documents_that_are_read(syntax: str) -> None:
    counts = [check(data, 0) for data in seeds(SAMPLES, syntax)]
    assert counts.count(0) <= 1  # one sample is to be refused


def test_a_syntax_without_samples_is_told(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        seeds(tmp_path, "x12")


def test_a_hang_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(*_: object, **__: object) -> None:
        while True:
            pass

    monkeypatch.setattr("tests.fuzz.check.read_documents", forever)
    with pytest.raises(HangError):
        check(b"", 1)
