"""The cXML envelope: who sends what to whom, and the rules that keep identities honest.

    cXML ( Header, (Request | Message) | Response )

One Header, one Request, Message or Response, one payload in it, one Identity a Credential: a
document that says two things there is refused: nobody knows which one the next program believes.
Whatever else is missing or odd is a problem, and the document is read (cXML 1.0 to 1.2.069).
"""

import re
from collections.abc import Iterator
from typing import Any

from parsers.form import Document, ParseError, Problem
from parsers.xml.element import XmlForm
from parsers.xml.paths import LOCAL
from parsers.xml.tree import Tree

_BODIES = ("Request", "Message", "Response")
_PARTIES = ("From", "To", "Sender")
_DOCTYPE_VERSION = re.compile(r"/(\d+\.\d+(?:\.\d+)?)/[^/]*\.dtd$")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_LONGEST_ID = 255
_FROM = "/Header/From/Credential[!@type=marketplace]/Identity|/Header/From/Credential/Identity"
_TO = "/Header/To/Credential[!@type=marketplace]/Identity|/Header/To/Credential/Identity"
_REFERENCE = "/Credential/Identity/IdReference/@identifier"


def cxml_document(root: Any, tree: Tree, index: int) -> Document:
    """Return the one document below the cXML element `root`. Raises `ParseError`."""
    whole = XmlForm(root, tree.origin)
    body = _body(whole)
    payload = _payload(body)
    form = payload or body
    problems = (*tree.problems, *_oddities(whole, body, tree.doctype))
    return Document(
        format="cxml",
        kind=LOCAL[form.element.tag],
        form=form,
        index=index,
        version=_version(whole, tree.doctype),
        sender=_text(form, f"{_FROM}|/Header/From{_REFERENCE}"),
        receiver=_text(form, f"{_TO}|/Header/To{_REFERENCE}"),
        control=" ".join((_text(whole, "@payloadID") or "").split()) or None,
        test=_text(body, "@deploymentMode") == "test",
        problems=problems,
    )


def _text(form: XmlForm, path: str) -> str | None:
    return XmlForm.text_of(path)(form)


def _body(whole: XmlForm) -> XmlForm:
    """Return the one Request, Message or Response; refuse whatever is there twice."""
    children = whole.gathered().children
    if any(len(children.get(name, ())) > 1 for name in ("Header", *_BODIES)):
        for name in ("Header", *_BODIES):
            _at_most_one(whole, name)
    for header in children.get("Header", ()):
        if _is_ambiguous(header):
            _refuse_repeats(whole)
    bodies = [name for name in _BODIES if name in children]
    if len(bodies) != 1:
        raise _refused(
            code="cxml.body",
            message=f"the document has {len(bodies)} of Request, Message and Response",
            form=whole,
            found=", ".join(bodies),
            expected="exactly one",
        )
    return whole.each(bodies[0])[0]


def _is_ambiguous(header: Any) -> bool:
    """Whether a party stands twice in the header, or an Identity in a credential."""
    parties = [LOCAL[party.tag] for party in header]
    if any(parties.count(name) > 1 for name in _PARTIES):
        return True
    return any(
        sum(LOCAL[one.tag] == "Identity" for one in credential) > 1
        for party in header
        for credential in party
    )


def _refuse_repeats(whole: XmlForm) -> None:
    for party in _PARTIES:
        _at_most_one(whole, f"Header/{party}")
        for credential in whole.each(f"Header/{party}/Credential"):
            _at_most_one(credential, "Identity")


def _at_most_one(form: XmlForm, path: str) -> None:
    found = form.each(path)
    if len(found) > 1:
        name = path.rpartition("/")[2]
        raise _refused(
            code="cxml.repeated",
            message=f"{name} stands {len(found)} times where it may stand once",
            form=found[1],
            expected=f"one {name}",
        )


def _payload(body: XmlForm) -> XmlForm | None:
    """Return the one element of the body that is the business of the document."""
    names = [LOCAL[child.tag] for child in body.element]
    payloads = [name for name in names if name != "Status"]
    if len(payloads) > 1 or (not payloads and LOCAL[body.element.tag] != "Response"):
        raise _refused(
            code="cxml.payload",
            message=f"{LOCAL[body.element.tag]} holds {len(payloads):,} documents",
            form=body,
            found=", ".join(payloads[:3]) or None,
            expected="exactly one",
        )
    return body.each(payloads[0])[0] if payloads else None


def _version(whole: XmlForm, doctype: str) -> str | None:
    found = _DOCTYPE_VERSION.search(doctype)
    return _text(whole, "@version") or (found[1] if found else None)


def _oddities(whole: XmlForm, body: XmlForm, doctype: str) -> Iterator[Problem]:
    """Yield what is missing or odd in the envelope; none of it hinders reading."""
    yield from _id_oddities(whole)
    if not _TIMESTAMP.fullmatch(_text(whole, "@timestamp") or ""):
        timestamp = whole.find("@timestamp")
        yield _odd(
            "cxml.timestamp",
            "timestamp is no ISO 8601 time with an offset" if timestamp else "timestamp is missing",
            timestamp.position.at if timestamp else whole.trail,
            found=timestamp.text if timestamp else None,
            expected="2026-03-02T09:00:00-08:00",
            remedy="Give date, time and offset from UTC.",
        )
    if LOCAL[body.element.tag] != "Response":
        yield from _header_oddities(whole)
    if doctype and not doctype.lower().startswith(("http://", "https://")):
        yield _odd(
            "cxml.local_doctype",
            "the document type points into a file system; it is not read",
            "line 1",
            found=doctype,
            expected="http://xml.cxml.org/schemas/cXML/.../cXML.dtd",
            remedy="Give the public address of the document type, or none.",
        )


def _id_oddities(whole: XmlForm) -> Iterator[Problem]:
    payload = whole.element.get("payloadID")
    if not payload or not payload.strip():
        yield _odd(
            "cxml.missing_payload_id",
            "payloadID is missing, so that a repeat cannot be told from a new document",
            whole.trail,
            expected="date.process.random@host",
            remedy="Give each document a payloadID of its own, and keep it on every retry.",
        )
    elif len(payload) > _LONGEST_ID or not payload.isprintable():
        yield _odd(
            "cxml.payload_id",
            "payloadID is no plain identifier",
            f"{whole.trail}/@payloadID",
            found=ascii(payload[:60]),
            expected=f"at most {_LONGEST_ID} printable characters",
            remedy="Form it as date.process.random@host.",
        )


def _header_oddities(whole: XmlForm) -> Iterator[Problem]:
    for party in _PARTIES:
        path = f"Header/{party}/Credential"
        if not _text(whole, f"{path}/Identity|{path}/Identity/IdReference/@identifier"):
            yield _odd(
                "cxml.missing_identity",
                f"the header does not say who is {party}",
                f"{whole.trail}/Header/{party}",
                expected="Credential with an Identity",
                remedy=f"Fill in {party} with the domain and identity agreed upon.",
            )


def _odd(  # noqa: PLR0913 - the parts of a Problem
    code: str,
    message: str,
    at: str,
    *,
    found: str | None = None,
    expected: str | None = None,
    remedy: str,
) -> Problem:
    return Problem(
        code=code,
        severity="warning",
        message=message,
        at=at,
        found=found,
        expected=expected,
        remedy=remedy,
    )


def _refused(
    *, code: str, message: str, form: XmlForm, expected: str, found: str | None = None
) -> ParseError:
    return ParseError(
        Problem(
            code=code,
            message=message,
            at=f"{form.origin.prefix}{form.trail}, line {form.origin.line_of(form.element)}",
            found=found,
            expected=expected,
            remedy="Send each document in an envelope of its own.",
        )
    )
