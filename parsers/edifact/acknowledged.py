"""How CONTRL tells our problems: one table of all that its codes can say.

The levels are those of the segments that tell it: UCI, UCF, UCM, UCS and UCD; the codes are those
of element 0085, with the service segment (0135) in which the fault stands. None stands for what no
code of the syntax tells; what concerns the business is told by an APERAK. ISO 9735-4.
"""

from parsers.edifact.checks import UCD
from parsers.received import Told

_INVALID, _MISSING, _NOT_HERE, _UNSPECIFIED = "12", "13", "15", "18"
_REPEATED, _REFERENCE, _COUNT = "26", "28", "29"
_EMPTY, _OUTSIDE, _TOO_OFTEN, _CHARACTERS = "32", "33", "35", "37"

_INTERCHANGE = {
    "edifact.interchange_count": (_COUNT, "UNZ"),
    "edifact.interchange_reference": (_REFERENCE, "UNZ"),
    "edifact.interchange_unterminated": (_MISSING, "UNZ"),
    "edifact.interchange_empty": (_EMPTY, "UNB"),
    "edifact.interchange_repeated": (_REPEATED, "UNB"),
    "edifact.segment_stray": (_OUTSIDE, ""),
    "edifact.text_before": (_OUTSIDE, ""),
    "edifact.text_after": (_OUTSIDE, ""),
}
_GROUP = {
    "edifact.group_count": (_COUNT, "UNE"),
    "edifact.group_reference": (_REFERENCE, "UNE"),
    "edifact.group_unterminated": (_MISSING, "UNE"),
}
_SET = {
    "edifact.message_count": (_COUNT, "UNT"),
    "edifact.segments_lost": (_COUNT, "UNT"),
    "edifact.message_reference": (_REFERENCE, "UNT"),
    "edifact.message_unterminated": (_MISSING, "UNT"),
    "edifact.message_repeated": (_REPEATED, "UNH"),
    "edifact.set_too_long": (_UNSPECIFIED, ""),
}
_SEGMENT = {
    "edifact.segment_missing": _MISSING,
    "edifact.segment_repeated": _TOO_OFTEN,
    "edifact.segment_unknown": _NOT_HERE,
    "edifact.segment_order": _NOT_HERE,
}
_ELEMENT = {
    "value.missing": _MISSING,
    "value.not_number": _CHARACTERS,
    "value.not_integer": _CHARACTERS,
    "value.not_n2": _CHARACTERS,
    "value.not_identifier": _INVALID,
    "value.not_web_address": _INVALID,
    "value.not_code": _INVALID,
    "value.not_unit": _INVALID,
    "value.not_currency": _INVALID,
    "value.not_date": _INVALID,
    "value.not_time": _INVALID,
    "edifact.cps_unknown_parent": _INVALID,
}
_UNTOLD = (
    "edifact.no_interchange",  # without a header there is nobody to answer
    "edifact.byte_order_mark",
    "edifact.segment_empty",
    "edifact.indented",
    "edifact.line_break",
    "edifact.terminator",
    "edifact.not_ascii",
    "edifact.character_set",  # of what we write ourselves
)

CODES: dict[str, Told | None] = {
    **{problem: Told("interchange", *told) for problem, told in _INTERCHANGE.items()},
    **{problem: Told("group", *told) for problem, told in _GROUP.items()},
    **{problem: Told("set", *told) for problem, told in _SET.items()},
    **{problem: Told("segment", code) for problem, code in _SEGMENT.items()},
    **{problem: Told("element", code) for problem, code in (UCD | _ELEMENT).items()},
    **dict.fromkeys(_UNTOLD),
}
"""Every problem of EDIFACT and of values, and how it is told."""
