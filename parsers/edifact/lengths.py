"""How long the components may be that we write: UN/EDIFACT directory D.96A, and D.01B where longer.

A row is the segment and, by two-digit address, the characters that there is room for; numbers count
their digits. Addresses that no row has are as long as the text.
"""

FIRST_LONG = "D.01A"
"""The first directory in which descriptions and notes are longer."""

_NAME = "41 35 42 35 43 35 44 35 45 35"
_ROWS = f"""
ALC 11 3 21 35 51 17 54 35
BGM 11 3 21 35 31 3 41 3
COM 11 512 12 3
CNT 11 3 12 18
CTA 11 3 21 17 22 35
CUX 11 3 12 3 13 3
DTM 11 3 12 35 13 3
ERC 11 8
FII 21 17
FTX 11 3 41 70 42 70 43 70 44 70 45 70
GIN 11 3 21 35 31 35 41 35 51 35 61 35
IMD 34 35 35 35
LIN 11 6 21 3 31 35 32 3
MOA 11 3 12 18
NAD 11 3 21 17 23 3 31 35 {_NAME} 51 35 52 35 53 35 54 35 61 35 71 9 81 9 91 3
PAC 11 8 31 17
PAT 11 3 24 35 31 3 33 3 34 3
PCD 11 3 12 10
PIA 21 35 22 3 31 35 32 3 41 35 42 3 51 35 52 3 61 35 62 3
PRI 11 3 12 15 15 9 16 3
QTY 11 3 12 15 13 3
QVR 31 3
RFF 11 3 12 35 13 6
TAX 21 3 54 17
TDT 31 3 41 8 51 17 54 35
"""
_LONGER = "FTX 41 512 42 512 43 512 44 512 45 512\nIMD 34 256 35 256\nRFF 12 70\nPRI 16 8\nQTY 13 8"
_ENDS = {"GIN": 6, "PIA": 6}
_LAST_ELEMENT = 12


def room_of(name: str, place: int, directory: str) -> int | None:
    """Return how many characters the component at an address has room for; None: any number."""
    if directory >= FIRST_LONG and not directory.startswith("D.9"):
        longer = _LIMITS_LONGER.get(name, {}).get(place)
        if longer is not None:
            return longer
    return _LIMITS.get(name, {}).get(place)


def last_element(name: str) -> int:
    """Return the number of a segment's last element, where its composites repeat."""
    return _ENDS.get(name, _LAST_ELEMENT)


def _table(rows: str) -> dict[str, dict[int, int]]:
    table = {}
    for row in rows.strip().splitlines():
        name, *numbers = row.split()
        values = list(map(int, numbers))
        table[name] = dict(zip(values[::2], values[1::2], strict=True))
    return table


_LIMITS, _LIMITS_LONGER = _table(_ROWS), _table(_LONGER)
