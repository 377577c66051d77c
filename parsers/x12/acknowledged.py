"""How X12 acknowledgments tell our problems: one table of all that their codes can say.

The levels are those of the segments that tell it: TA1 (element I18), AK9 (716), AK5 (718), AK3
(720) and AK4 (723). None stands for habits and totals that no code of the syntax tells: totals and
all that concerns the business are told by an 824. X12 004010 and 005010, 997, 999 and TA1.
"""

from parsers.received import Told
from parsers.x12.checks import AK403

_INTERCHANGE = {
    "x12.interchange_control": "001",
    "x12.interchange_count": "021",
    "x12.header_width": "022",
    "x12.header_value": "024",
    "x12.repetition_separator": "022",
    "x12.no_group": "022",
    "x12.interchange_unterminated": "023",
    "x12.interchange_empty": "024",
    "x12.segment_stray": "024",
    "x12.text_before": "024",
    "x12.text_after": "024",
    "x12.interchange_repeated": "025",
}
_GROUP = {
    "x12.group_unterminated": "3",
    "x12.group_control": "4",
    "x12.group_count": "5",
    "x12.group_control_repeated": "6",
}
_SET = {
    "x12.set_unterminated": "2",
    "x12.set_control": "3",
    "x12.segment_count": "4",
    "x12.segments_lost": "4",
    "x12.set_too_long": "5",
    "x12.group_code": "6",
    "x12.set_control_repeated": "23",
}
_SEGMENT = {
    "x12.segment_missing": "3",
    "x12.segment_repeated": "5",
    "x12.segment_unknown": "6",
    "x12.segment_order": "7",
}
_ELEMENT = {
    "value.missing": "1",
    "x12.hl_no_parent": "2",
    "value.not_number": "6",
    "value.not_integer": "6",
    "value.not_n2": "6",
    "value.not_identifier": "6",
    "value.not_web_address": "6",
    "value.not_code": "7",
    "value.not_unit": "7",
    "value.not_currency": "7",
    "x12.hl_unknown_parent": "7",
    "x12.hl_repeated": "7",
    "value.not_date": "8",
    "value.not_time": "9",
}
_UNTOLD = (
    "x12.no_interchange",  # without a header there is nobody to answer
    "x12.header_unreadable",
    "x12.delimiters",
    "x12.segment_too_long",
    "x12.byte_order_mark",
    "x12.blanks_before",
    "x12.segment_empty",
    "x12.indented",
    "x12.line_break",
    "x12.trailing_blanks",
    "x12.trailing_separators",
    "x12.not_ascii",
    "x12.line_count",
    "x12.hash_total",
    "x12.delimiter_in_data",  # of what we write ourselves
    "x12.no_delimiter_left",
    "x12.header_too_wide",
)

CODES: dict[str, Told | None] = {
    **{problem: Told("interchange", code) for problem, code in _INTERCHANGE.items()},
    **{problem: Told("group", code) for problem, code in _GROUP.items()},
    **{problem: Told("set", code) for problem, code in _SET.items()},
    **{problem: Told("segment", code) for problem, code in _SEGMENT.items()},
    **{problem: Told("element", code) for problem, code in (AK403 | _ELEMENT).items()},
    **dict.fromkeys(_UNTOLD),
}
"""Every problem of X12 and of values, and how it is told."""

HEADER_CODES = {
    1: "010",
    2: "011",
    3: "012",
    4: "013",
    5: "005",
    6: "006",
    7: "007",
    8: "008",
    9: "014",
    10: "015",
    11: "016",
    12: "017",
    13: "018",
    14: "019",
    15: "020",
    16: "027",
}
"""TA105 for what is wrong with an element of the ISA segment, by its place."""
