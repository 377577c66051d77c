"""Acknowledgments: 997, 999, TA1 and 824, about what we sent.

X12 004010 AK1 to AK9, OTI and TED, 005010 IK3 to IK5, TA1. A fault keeps the code of the standard
and is told in words.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mappers.canonical import (
    Acknowledgment,
    AcknowledgmentError,
    AcknowledgmentOf,
    ElementFault,
    SegmentFault,
    SetCounts,
    SetResult,
)
from mappers.codes.acknowledgment import (
    APPLICATION_FAULTS,
    ELEMENT_FAULTS,
    GROUP_FAULTS,
    INTERCHANGE_FAULTS,
    SEGMENT_FAULTS,
    SET_FAULTS,
)
from mappers.convert import codes, integer
from mappers.rules import Compute, Each, Join, One, Row, Table, Take, When
from parsers.form import Form

_STATUS = codes(
    {
        "A": "accepted",
        "E": "accepted_with_errors",
        "P": "partially_accepted",
        "R": "rejected",
        "M": "rejected",
        "W": "rejected",
        "X": "rejected",
    },
    name="status",
)


def _words(**places: str) -> Callable[[Form], str | None]:
    """Return a function that says where a fault is: each word with the text at its path."""

    def at(form: Form) -> str | None:
        found = ((word, form.find(path)) for word, path in places.items())
        return ", ".join(f"{word} {text.text}" for word, text in found if text) or None

    return at


def _written_words(**places: str) -> Callable[[str], Mapping[str, str]]:
    """Return the function that puts such words at their paths again."""

    def texts(at: str) -> Mapping[str, str]:
        told = (part.partition(" ") for part in at.split(", "))
        return {places[word]: text for word, _, text in told if word in places}

    return texts


def _fault_table(name: str, place: str, faults: Mapping[str, str], **words: str) -> Table:
    """Return the table of faults whose code stands at `place`; there is none without a code."""
    rows = (
        Compute("at", _words(**words), tuple(words.values())),
        Take("code", place),
        Take("text", place, codes(faults, other=None)),
    )
    return Table(name, AcknowledgmentError, (When(place, (), rows),))


def _functional_errors(letters: str) -> tuple[Each, ...]:
    """Return the rows of the faults in a 997 (`letters` AK) or a 999 (IK)."""
    three, four, five = (f"{letters}{number}" for number in (3, 4, 5))
    in_set: dict[str, str] = {"set": "^AK2/01", "number": "^AK2/02"}
    in_segment = {**in_set, "segment": f"^{three}/02", "named": f"^{three}/01"}
    return (
        Each(
            "errors",
            f"AK2/{three}",
            _fault_table("segment fault", f"{three}/04", SEGMENT_FAULTS, **in_segment),
        ),
        Each(
            "errors",
            f"AK2/{three}/{four}",
            _fault_table(
                "element fault",
                f"{four}/03",
                ELEMENT_FAULTS,
                **in_segment,
                element=f"{four}/01-1",
                value=f"{four}/04",
            ),
        ),
        Each(
            "errors", f"AK2/{five}", _fault_table("set fault", f"{five}/02", SET_FAULTS, **in_set)
        ),
        Each("errors", "AK9", _fault_table("group fault", "AK9/05", GROUP_FAULTS, group="^AK1/02")),
    )


def _only_set(form: Any) -> str | None:
    """Return the control number of the set, where the acknowledgment speaks of one only."""
    sets = form.each("AK2")
    found = sets[0].find("AK2/02") if len(sets) == 1 else None
    return found.text if found else None


_OF = Table(
    "acknowledged group",
    AcknowledgmentOf,
    (
        Take("group", "AK1/02"),
        Compute("transaction", _only_set, ("AK2/02",)),
        Take("code", "AK1/01"),
        Take("version", "AK1/03"),
    ),
)
_SECURITY = frozenset("MWX")
"""Verdicts (elements 715 and 717) that reject for want of security."""


def _action(place: str) -> Compute:
    """Return the row of a verdict that says more than that it rejects."""

    def action(form: Any) -> str | None:
        found = form.find(place)
        return found.text if found and found.text in _SECURITY else None

    return Compute("action", action, (place,), lambda code: {place: code})


def _several(segment: str, first: int) -> Compute:
    """Return the row of five codes in a segment, from the element `first` on."""
    places = tuple(f"{segment}/{number:02d}" for number in range(first, first + 5))

    def several(form: Any) -> tuple[str, ...] | None:
        return tuple(found.text for place in places if (found := form.find(place))) or None

    return Compute("codes", several, places, lambda told: dict(zip(places, told, strict=False)))


_COUNTS = Table(
    "counts",
    SetCounts,
    tuple(
        Take(field, f"AK9/{number:02d}", integer, severity="warning")
        for number, field in enumerate(("sent", "received", "accepted"), 2)
    ),
)


def _result(letters: str) -> Table:
    """Return the table of what became of a set."""
    three, four, five = (f"{letters}{number}" for number in (3, 4, 5))
    element = Table(
        "element at fault",
        ElementFault,
        (
            Take("element", f"{four}/01-1"),
            Take("component", f"{four}/01-2"),
            Take("repetition", f"{four}/01-3"),
            Take("reference", f"{four}/02"),
            Take("code", f"{four}/03"),
            Take("value", f"{four}/04"),
        ),
    )
    segment = Table(
        "segment at fault",
        SegmentFault,
        (
            Take("segment", f"{three}/01"),
            Take("position", f"{three}/02"),
            Take("loop", f"{three}/03"),
            Take("code", f"{three}/04"),
            Each("elements", four, element),
        ),
    )
    rows = (
        Take("type", "AK2/01"),
        Take("number", "AK2/02"),
        Take("version", "AK2/03"),
        _action(f"{five}/01"),
        Take("status", f"{five}/01", _STATUS, severity="warning"),
        _several(five, 2),
        Each("segments", three, segment),
    )
    return Table("set result", SetResult, rows)


def _functional(name: str, letters: str) -> Table:
    rows: tuple[Row, ...] = (
        One("of", _OF),
        _action("AK9/01"),
        Take("status", "AK9/01", _STATUS),
        *_functional_errors(letters),
        Each("sets", "AK2", _result(letters)),
        One("counts", _COUNTS),
        _several("AK9", 5),
    )
    return Table(name, Acknowledgment, rows)


FUNCTIONAL = _functional("997", "AK")
IMPLEMENTATION = _functional("999", "IK")


def _noted(form: Any) -> tuple[str, ...] | None:
    found = form.find("TA1/05")
    return (found.text,) if found else None


INTERCHANGE = Table(
    "TA1",
    Acknowledgment,
    (
        One(
            "of",
            Table(
                "acknowledged",
                AcknowledgmentOf,
                (
                    Take("interchange", "TA1/01"),
                    Take("date", "TA1/02"),
                    Take("time", "TA1/03"),
                ),
            ),
        ),
        Take("status", "TA1/04", _STATUS),
        Compute("codes", _noted, ("TA1/05",), lambda told: {"TA1/05": told[0]}),
        When(
            "TA1/05",
            tuple(INTERCHANGE_FAULTS),
            (
                Each(
                    "errors",
                    "TA1",
                    _fault_table(
                        "interchange fault", "TA1/05", INTERCHANGE_FAULTS, number="TA1/01"
                    ),
                ),
            ),
        ),
    ),
)


# Of the business: 824.

_WORST_FIRST = "RPECA"
_VERDICTS = {
    "P": "partially_accepted",
    "E": "accepted_with_errors",
    "C": "accepted_with_errors",
    "A": "accepted",
}


def _application_status(form: Any) -> str | None:
    """Return what the codes of OTI01 (X12 element 110) come to.

    Their first letter is the level (T set, B batch, I item), the second the verdict; where some are
    rejected and others not, the document is accepted in part.
    """
    found = [one.find("OTI/01") for one in form.each("OTI")]
    letters = {code.text[-1:] for code in found if code}
    if not letters:
        return None
    if letters == {"R"}:
        return "rejected"
    if "R" in letters:
        return "partially_accepted"
    worst = next((letter for letter in _WORST_FIRST if letter in letters), "")
    return _VERDICTS.get(worst)


def _written_status(status: str) -> Mapping[str, str]:
    letters = {verdict: letter for letter, verdict in reversed(_VERDICTS.items())}
    return {"OTI/01": f"T{letters.get(status, 'R')}"}


_PLACES = {
    "document": "^OTI/03",
    "segment": "TED/03",
    "position": "TED/04",
    "element": "TED/05",
    "value": "TED/07",
}
_APPLICATION_ERROR = Table(
    "application fault",
    AcknowledgmentError,
    (
        Compute("at", _words(**_PLACES), ("TED/03", "^OTI/03"), _written_words(**_PLACES)),
        Take("code", "TED/01"),
        Join("text", ("TED/02", "NTE/02")),
        Take("text", "TED/01", codes(APPLICATION_FAULTS, other=None)),
    ),
)

APPLICATION = Table(
    "824",
    Acknowledgment,
    (
        One(
            "of",
            Table(
                "answered document",
                AcknowledgmentOf,
                (
                    Take("group", "OTI/08"),
                    Take("transaction", "OTI/09"),
                    Take("number", "OTI/03"),
                ),
            ),
        ),
        Compute("status", _application_status, ("OTI/01",), _written_status),
        Each("errors", "OTI/TED", _APPLICATION_ERROR),
    ),
)
