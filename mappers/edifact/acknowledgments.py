"""Acknowledgments: CONTRL (syntax) and APERAK (application).

ISO 9735 CONTRL: UCI, UCM, UCS, UCD; UN/EDIFACT D.96A APERAK: ERC, FTX.
"""

from collections.abc import Mapping
from typing import Any

from mappers.canonical import (
    Acknowledgment,
    AcknowledgmentError,
    AcknowledgmentOf,
    ElementFault,
    GroupResult,
    SegmentFault,
    SetResult,
)
from mappers.codes.acknowledgment import SYNTAX_FAULTS
from mappers.convert import codes
from mappers.rules import Compute, Const, Each, Join, One, Row, Table, Take, When
from parsers.form import Form

_VERDICTS = {"4": "rejected", "5": "rejected", "6": "rejected", "7": "accepted", "8": "accepted"}
"""UCI, UCF and UCM 0083: the first code of a verdict is the plain one."""

_PLAIN = {"rejected": "4", "accepted": "7", "accepted_with_errors": "7", "partially_accepted": "7"}
_USUAL = frozenset(_PLAIN.values())


def _fault(name: str, code: str, *at: str) -> Table:
    words = Take("text", code, codes(SYNTAX_FAULTS, other=None))
    rows = (Join("at", at), Take("code", code), words)
    return Table(name, AcknowledgmentError, (When(code, (), rows),))


def _faults_of_messages(holder: str) -> tuple[Each, ...]:
    """Return the rows of the faults in messages that stand in `holder`."""
    ucm = f"{holder}UCM"
    return (
        Each("errors", ucm, _fault("message fault", "UCM/41", "UCM/11", "UCM/21")),
        Each("errors", f"{ucm}/UCS", _fault("segment fault", "UCS/21", "^UCM/11", "UCS/11")),
        Each(
            "errors",
            f"{ucm}/UCS/UCD",
            _fault("element fault", "UCD/11", "^UCM/11", "^UCS/11"),
        ),
    )


def _together(field: str, *places: str) -> Compute:
    """Return the row of a text whose components have colons between them, as they stand there."""

    def together(form: Form) -> str | None:
        found = [form.find(place) for place in places]
        return ":".join(one.text if one else "" for one in found).rstrip(":") or None

    def apart(value: str) -> Mapping[str, str]:
        parts = zip(places, value.split(":", len(places) - 1), strict=False)
        return {place: part for place, part in parts if part}

    return Compute(field, together, places, apart)


def _verdict(place: str, code: str, service: str) -> tuple[Row, ...]:
    """Return the rows of what is decided at a level, and of why."""

    def action(form: Form) -> str | None:
        found = form.find(place)
        return found.text if found and found.text not in _USUAL else None

    def why(form: Form) -> tuple[str, ...] | None:
        found = form.find(code)
        return (found.text,) if found else None

    return (
        Compute("action", action, (place,), lambda value: {place: value}),
        Compute("codes", why, (code,), lambda told: {code: told[0]}),
        Take("service", service),
    )


def _decided(place: str, code: str, *below: str) -> Compute:
    """Return the row of a status: what is accepted, though something below it has faults.

    The code accepts all that is not rejected by name, so what is named decides with it.
    """

    def status(form: Any) -> str | None:
        found = form.find(place)
        verdict = _VERDICTS.get(found.text) if found else None
        if verdict != "accepted":
            return verdict
        named = [(path[-3:], one) for path in below for one in form.each(path)]
        if any(_is_rejected(name, one) for name, one in named):
            return "partially_accepted"
        noted = form.find(code) or any(_has_fault(name, one) for name, one in named)
        return "accepted_with_errors" if noted else verdict

    return Compute("status", status, (place,), lambda value: {place: _PLAIN[value]})


def _is_rejected(name: str, answer: Form) -> bool:
    """Whether a group (UCF) or message (UCM) is rejected."""
    found = answer.find(_DECISIONS[name]) if name in _DECISIONS else None
    return found is not None and _VERDICTS.get(found.text) == "rejected"


def _has_fault(name: str, answer: Form) -> bool:
    return any(answer.find(place) for place in _FAULTS[name])


_DECISIONS = {"UCF": "UCF/41", "UCM": "UCM/31"}
_FAULTS = {"UCF": ("UCF/51",), "UCM": ("UCM/41", "UCS/11"), "UCS": ("UCS/11",)}


_SEGMENT = Table(
    "segment at fault",
    SegmentFault,
    (
        Take("position", "UCS/11"),
        Take("code", "UCS/21"),
        Each(
            "elements",
            "UCD",
            Table(
                "element at fault",
                ElementFault,
                (
                    Take("code", "UCD/11"),
                    Take("element", "UCD/21"),
                    Take("component", "UCD/22"),
                    Take("repetition", "UCD/23"),
                ),
            ),
        ),
    ),
)
_MESSAGE = Table(
    "message result",
    SetResult,
    (
        Take("type", "UCM/21"),
        Take("number", "UCM/11"),
        _together("version", "UCM/22", "UCM/23", "UCM/24", "UCM/25"),
        *_verdict("UCM/31", "UCM/41", "UCM/51"),
        _decided("UCM/31", "UCM/41", "UCS"),
        Each("segments", "UCS", _SEGMENT),
    ),
)
_GROUP = Table(
    "group result",
    GroupResult,
    (
        Take("number", "UCF/11"),
        _together("sender", "UCF/21", "UCF/22"),
        _together("receiver", "UCF/31", "UCF/32"),
        *_verdict("UCF/41", "UCF/51", "UCF/61"),
        _decided("UCF/41", "UCF/51", "UCM"),
        Each("sets", "UCM", _MESSAGE),
    ),
)


def _first_named(form: Form) -> str | None:
    found = form.find("UCM/11") or form.find("UCF/UCM/11")
    return found.text if found else None


SYNTAX = Table(
    "CONTRL",
    Acknowledgment,
    (
        One(
            "of",
            Table(
                "acknowledged",
                AcknowledgmentOf,
                (
                    Take("interchange", "UCI/11"),
                    Compute("transaction", _first_named, ("UCM/11", "UCF/UCM/11")),
                    _together("sender", "UCI/21", "UCI/22", "UCI/23"),
                    _together("receiver", "UCI/31", "UCI/32", "UCI/33"),
                ),
            ),
        ),
        *_verdict("UCI/41", "UCI/51", "UCI/61"),
        _decided("UCI/41", "UCI/51", "UCM", "UCF", "UCF/UCM"),
        Each("errors", "UCI", _fault("interchange fault", "UCI/51", "UCI/11")),
        *_faults_of_messages(""),
        Each("errors", "UCF", _fault("group fault", "UCF/51", "UCF/11")),
        *_faults_of_messages("UCF/"),
        Each("sets", "UCM", _MESSAGE),
        Each("groups", "UCF", _GROUP),
    ),
)

_ERROR = Table(
    "application fault",
    AcknowledgmentError,
    (
        Take("code", "ERC/11"),
        Join("text", ("FTX/41", "FTX/42", "FTX/43", "FTX/44", "FTX/45")),
        Take("at", "RFF/12"),
    ),
)

APPLICATION = Table(
    "APERAK",
    Acknowledgment,
    (
        One(
            "of",
            Table("answered", AcknowledgmentOf, (Take("number", ("RFF[ON]/12", "RFF/12")),)),
        ),
        Take("status", "BGM/31", codes({"27": "rejected", "29": "accepted"}, other=None)),
        When("ERC/11", (), (Const("status", "rejected"),)),
        Each("errors", "ERC", _ERROR),
    ),
)
