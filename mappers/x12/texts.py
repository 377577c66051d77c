"""Messages for people: 864.

X12 004010 BMG, MIT, MSG. They are archived and shown with their words; nothing else follows.
"""

from mappers.canonical import Other
from mappers.rules import Collect, Table, Take
from mappers.x12.parts import REFERENCES

TEXT = Table(
    "864",
    Other,
    (
        Take("fields.subject", ("BMG/02", "MIT/02")),
        Collect("notes", "MIT/MSG", "01"),
        *REFERENCES,
    ),
)
