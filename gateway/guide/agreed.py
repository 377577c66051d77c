"""What is agreed with a partner besides the contents of documents, in sentences and tables."""

from collections.abc import Iterator

from gateway.guide.view import Section
from mappers.accounting import FIELDS
from mappers.profile import Identifiers, NumberRule, Profile

_WHEN = {"always": "always", "on_error": "where something is wrong", "never": "never"}


def sections(partner: str, profile: Profile) -> tuple[Section, ...]:
    """Return the sections of a guide, those left out that have nothing to say."""
    found = (
        _dropping(partner),
        _known("Who you are", profile.identifiers),
        _known("Who we are", profile.ours),
        _writing(profile),
        _acknowledgments(profile),
        _duplicates(profile),
        *_codes(profile),
        _units(profile),
        _items(profile),
        _required(profile),
        _accounting(profile),
        _defaults(profile),
        _connection(profile),
    )
    return tuple(one for one in found if one.sentences or one.pairs)


def _dropping(partner: str) -> Section:
    return Section(
        title="How to send",
        sentences=(
            f"Put a document into the folder {partner}/in, under any name.",
            f"Its answer lies in {partner}/out: NAME.answer.txt and NAME.answer.json.",
            "The acknowledgment of the standard lies beside them.",
            "With a key, POST /v1/documents takes a document by HTTP.",
            "To find out before you send: dockmatch check FILE says what would be said.",
        ),
    )


def _known(title: str, known: Identifiers) -> Section:
    pairs = [("ISA", f"{one.qualifier or ''} {one.id}".strip()) for one in known.isa]
    pairs += [("GS", code) for code in known.gs]
    pairs += [
        ("UNB", f"{one.id}:{one.qualifier}" if one.qualifier else one.id) for one in known.unb
    ]
    pairs += [("UNG", code) for code in known.ung]
    pairs += [("cXML credential", f"{one.domain} {one.identity}") for one in known.cxml]
    pairs += [(scheme, value) for scheme, value in known.parties.items()]
    return Section(title=title, pairs=tuple(pairs))


def _writing(profile: Profile) -> Section:
    x12, edifact = profile.writing.x12, profile.writing.edifact
    signs = (x12.element, x12.component, x12.repetition, x12.segment)
    pairs = [
        ("X12 version", x12.version),
        ("X12 interchange version", x12.interchange_version),
        *((f"version of {kind}", version) for kind, version in x12.sets.items()),
        ("X12 delimiters (element, component, repetition, segment)", " ".join(signs)),
        ("EDIFACT syntax", f"{edifact.syntax}:{edifact.syntax_version}"),
        ("EDIFACT directory", edifact.directory),
        *((f"directory of {kind}", version) for kind, version in edifact.messages.items()),
        ("EDIFACT service characters", edifact.service_string),
    ]
    sentences = [
        "Documents to you are written like this; from you any delimiters and versions are read."
    ]
    if profile.writing.test:
        sentences.append("They are marked as tests.")
    return Section(title="How we write to you", sentences=tuple(sentences), pairs=tuple(pairs))


def _acknowledgments(profile: Profile) -> Section:
    own = profile.acknowledgments
    pairs = [
        (own.form, _WHEN[own.send]),
        ("TA1", _WHEN[own.interchange] + ", or where ISA14 asks for it"),
        ("CONTRL", _WHEN[own.contrl]),
        ("824 and APERAK", _WHEN[own.application]),
    ]
    if own.interchange == "never":
        pairs[1] = ("TA1", "never")
    pairs += [(code, "rejects a document") for code in own.reject]
    pairs += [(code, "does not reject a document") for code in own.accept]
    said = (
        f"What we send wants its acknowledgment within {own.overdue_hours} hours."
        if own.overdue_hours
        else "We wait for no acknowledgment of what we send."
    )
    return Section(title="Acknowledgments", sentences=(said,), pairs=tuple(pairs))


def _duplicates(profile: Profile) -> Section:
    own = profile.duplicates
    window = f"within {own.window_days} days" if own.window_days else "ever"
    levels = (
        ("interchange", own.interchange),
        ("group", own.group),
        ("document", own.document),
    )
    said = {"error": "kept for a person", "warning": "told as a warning", "ignore": "let pass"}
    return Section(
        title="Control numbers",
        sentences=(f"An interchange control number counts once {window}.",),
        pairs=tuple((f"{name}, the number again", said[told]) for name, told in levels),
    )


def _codes(profile: Profile) -> Iterator[Section]:
    for name, codes in profile.codes.items():
        where = f"at {name}" if "/" in name else f"for {name.replace('_', ' ')}"
        yield Section(title=f"Your codes {where}", pairs=tuple(codes.items()))


def _units(profile: Profile) -> Section:
    pairs = tuple(
        (f"one {one.unit}" + (f" of {one.item}" if one.item else ""), f"{one.factor:f} {one.of}")
        for one in profile.units
    )
    return Section(title="Units", pairs=pairs)


def _items(profile: Profile) -> Section:
    pairs = ((name.replace("_", " "), _rule(rule)) for name, rule in profile.items.items())
    return Section(title="Item numbers", pairs=tuple(pairs))


def _rule(rule: NumberRule) -> str:
    said = [f"without any of {rule.drop!r}"] if rule.drop else []
    said += [f"without {rule.prefix!r} in front"] if rule.prefix else []
    said += [f"without {rule.suffix!r} at the end"] if rule.suffix else []
    said += ["without leading zeros"] if rule.leading_zeros == "drop" else []
    return ", ".join(said) or "as it is"


def _required(profile: Profile) -> Section:
    words = {"error": "must be there", "warning": "should be there"}
    pairs = tuple(
        (f"{one.field} of {one.document or 'every document'}", words[one.severity])
        for one in profile.required
    )
    return Section(title="Fields that were agreed", pairs=pairs)


def _connection(profile: Profile) -> Section:
    """Say where cXML goes; secrets stand in no guide."""
    own = profile.connection
    addresses = (
        ("your shop", own.setup_url),
        ("our orders go to", own.order_url),
        ("our confirmations go to", own.reply_url),
    )
    pairs = [(words, address) for words, address in addresses if address]
    if pairs and own.setup_url:
        pairs.append(("the prices of a cart hold", f"{own.hold_days} days"))
    return Section(title="cXML and punchout", pairs=tuple(pairs))


def _accounting(profile: Profile) -> Section:
    names = ((name, getattr(profile.accounting, name)) for name in FIELDS)
    pairs = tuple((", ".join(theirs), name.replace("_", " ")) for name, theirs in names if theirs)
    return Section(title="Your names for accounts", pairs=pairs)


def _defaults(profile: Profile) -> Section:
    pairs = [("currency", profile.currency)] if profile.currency else []
    pairs += [("time zone", profile.time_zone)] if profile.time_zone else []
    said = ("Where a document says none, this is meant.",) if pairs else ()
    return Section(title="What goes without saying", sentences=said, pairs=tuple(pairs))
