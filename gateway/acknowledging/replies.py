"""Acknowledgments of what we sent, as they come in: what they name, and what they say of it.

X12 997 and 999 (AK1, AK2, AK5 or IK5, AK9), TA1, 824 (OTI); EDIFACT CONTRL (UCI, UCM), APERAK.
"""

from collections.abc import Iterator

from msgspec import Struct

from gateway.acknowledging.states import ACCEPTED, PARTIALLY, REJECTED, WITH_ERRORS
from mappers.canonical import Acknowledgment, AnyRecord
from parsers.form import Document, Form

_X12 = {
    "A": ACCEPTED,
    "E": WITH_ERRORS,
    "P": PARTIALLY,
    "R": REJECTED,
    "M": REJECTED,
    "W": REJECTED,
    "X": REJECTED,
}
_ADVICE = {"A": ACCEPTED, "C": WITH_ERRORS, "E": WITH_ERRORS, "P": PARTIALLY, "R": REJECTED}
_ACTIONS = {"4": REJECTED, "7": ACCEPTED, "8": ACCEPTED}
_FUNCTIONS = {"27": REJECTED, "29": ACCEPTED}
_ERRORS_MAX = 20

KINDS = frozenset({"TA1", "997", "999", "824", "CONTRL", "APERAK"})
"""The kinds of documents that acknowledge; the first three and CONTRL are never acknowledged."""

Named = tuple[str, str, str]
"""A set by its kind and control number, and what is said of it."""


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came back: it names an `interchange`, a group by `code` and `group`, or a `number`.

    `status` is said of all of it, `sets` of some; `errors` are sentences. Control numbers are
    without leading zeros where they are numbers.
    """

    kind: str
    status: str
    interchange: str = ""
    code: str = ""
    group: str = ""
    number: str = ""
    sets: tuple[Named, ...] = ()
    errors: tuple[str, ...] = ()


def reply_of(document: Document, record: AnyRecord) -> Reply | None:
    """Return what an acknowledgment says; None for all other documents."""
    reader = _READERS.get(document.kind)
    if reader is None or document.format not in {"x12", "edifact"}:
        return None
    return reader(document.kind, document.form, tuple(_sentences(record)))


def number_of(text: str) -> str:
    """Return a control number as it is compared: zeros before a number say nothing."""
    return (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text


def _sentences(record: AnyRecord) -> Iterator[str]:
    if isinstance(record, Acknowledgment):
        for error in record.errors[:_ERRORS_MAX]:
            parts = (error.at, error.text or error.code)
            yield ": ".join(part for part in parts if part)


def _functional(kind: str, form: Form, errors: tuple[str, ...]) -> Reply:
    five = "IK5" if kind == "999" else "AK5"
    sets = tuple(
        (_text(one, "AK2/01"), _text(one, "AK2/02"), _X12.get(_text(one, f"{five}/01"), ""))
        for one in form.each("AK2")
    )
    return Reply(
        kind=kind,
        status=_X12.get(_text(form, "AK9/01"), ""),
        code=_text(form, "AK1/01"),
        group=number_of(_text(form, "AK1/02")),
        sets=sets,
        errors=errors,
    )


def _interchange(kind: str, form: Form, errors: tuple[str, ...]) -> Reply:
    return Reply(
        kind=kind,
        status=_X12.get(_text(form, "TA1/04"), ""),
        interchange=number_of(_text(form, "TA1/01")),
        errors=errors,
    )


def _advice(kind: str, form: Form, errors: tuple[str, ...]) -> Reply:
    """Read an 824: OTI01 says what became of what (T, G or I and a letter)."""
    status = _ADVICE.get(_text(form, "OTI/01")[1:], "")
    control = _text(form, "OTI/09")
    return Reply(
        kind=kind,
        status=status,
        group=number_of(_text(form, "OTI/08")),
        number=_text(form, "OTI/03"),
        sets=((_text(form, "OTI/10"), control, status),) if control else (),
        errors=errors,
    )


def _control(kind: str, form: Form, errors: tuple[str, ...]) -> Reply:
    sets = tuple(
        (_text(one, "UCM/21"), _text(one, "UCM/11"), _ACTIONS.get(_text(one, "UCM/31"), ""))
        for one in form.each("UCM")
    )
    return Reply(
        kind=kind,
        status=_ACTIONS.get(_text(form, "UCI/41"), ""),
        interchange=number_of(_text(form, "UCI/11")),
        sets=sets,
        errors=errors,
    )


def _application(kind: str, form: Form, errors: tuple[str, ...]) -> Reply:
    status = _FUNCTIONS.get(_text(form, "BGM/31")) or (REJECTED if errors else ACCEPTED)
    return Reply(
        kind=kind,
        status=status,
        interchange=number_of(_text(form, "RFF[ACW]/12")),
        number=_text(form, "RFF[ON]/12") or _text(form, "RFF[IV]/12"),
        errors=errors,
    )


def _text(form: Form, path: str) -> str:
    found = form.find(path)
    return found.text.strip() if found else ""


_READERS = {
    "997": _functional,
    "999": _functional,
    "TA1": _interchange,
    "824": _advice,
    "CONTRL": _control,
    "APERAK": _application,
}
