"""Which kind of charge is it? Codes and words of documents to the types that orders plan (S7.1)."""

import re

_BY_CODE = {
    **dict.fromkeys(("C000",), "other"),
    **dict.fromkeys(
        ("D240", "D200", "D210", "D220", "D250", "D260", "G821", "G830", "I310"), "freight"
    ),
    **dict.fromkeys(("D500", "D510", "H090", "G760"), "handling"),
    **dict.fromkeys(("F110", "F120", "B950", "B660", "F155"), "packaging"),
    **dict.fromkeys(("C310",), "discount"),
    **dict.fromkeys(("E730", "E740", "B872"), "fuel"),
    **dict.fromkeys(("H700", "H850", "D360", "H740", "H750", "H760", "H770", "H780"), "tax"),
    **dict.fromkeys(("FC", "SH", "FRT"), "freight"),
}
_BY_WORD = (
    ("fuel", re.compile(r"\bfuel\b", re.IGNORECASE)),
    (
        "freight",
        re.compile(
            r"freight|shipping|carriage|delivery|postage|transport|fracht|versand", re.IGNORECASE
        ),
    ),
    ("packaging", re.compile(r"\bpack|pallet|carton|verpackung", re.IGNORECASE)),
    ("handling", re.compile(r"handling|bearbeitung", re.IGNORECASE)),
    ("insurance", re.compile(r"insurance|versicherung", re.IGNORECASE)),
    ("tax", re.compile(r"\b(sales|use|value added) tax\b|\b(gst|vat|hst|pst)\b", re.IGNORECASE)),
)
TAX = "tax"


def charge_type(code: str | None, reason: str | None) -> str:
    """Return the type of a charge: by its code, then by its words, then as it calls itself."""
    if code and code.upper() in _BY_CODE:
        return _BY_CODE[code.upper()]
    for kind, words in _BY_WORD:
        if reason and words.search(reason):
            return kind
    return (reason or code or "other").strip().lower()


def known_charge(description: str | None) -> str | None:
    """Return the type of charge that a description names, or None where it names goods."""
    kinds = (kind for kind, words in _BY_WORD if description and words.search(description))
    return next((kind for kind in kinds if kind != TAX), None)
