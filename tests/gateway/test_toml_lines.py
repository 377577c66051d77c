"""The lines of keys in a TOML text."""

import tomllib

import pytest

from gateway.toml_lines import line_of, lines_of

TEXT = '''# a profile
name = "Acme"

[codes.uom]
KT = "CT"
"a b" = "EA"

[[x12]]
table = "850"

[[x12]]
table = "810"
path = [
  "BIG/02",
]

[codes."REF/01"]
ZA = "BM"

[writing]
x12.version = "004010"
note = """
[not.a.table]
key = 1
"""
test = true
'''


def test_the_text_is_toml() -> None:
    assert tomllib.loads(TEXT)["writing"]["test"]


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("name",), 2),
        (("codes", "uom"), 4),
        (("codes", "uom", "a b"), 6),
        (("x12", 0, "table"), 9),
        (("x12", 1), 11),
        (("x12", 1, "table"), 12),
        (("x12", 1, "path", 0), 13),
        (("codes", "REF/01", "ZA"), 18),
        (("writing", "x12", "version"), 21),
        (("writing", "test"), 26),
        (("writing", "key"), 20),
        (("nowhere",), None),
    ],
)
def test_a_key_has_its_line(key: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(lines_of(TEXT), key) == line
