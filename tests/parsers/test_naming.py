"""Every segment that we read has words, and so has every element that a table reads."""

import re
from collections.abc import Iterator

import pytest

from mappers import guide
from mappers.edifact import tables as edifact_tables
from mappers.rows import Table
from mappers.x12 import tables as x12_tables
from parsers.edifact.meanings import MEANINGS as EDIFACT_MEANINGS
from parsers.edifact.names import NAMES as EDIFACT
from parsers.edifact.structures import STRUCTURES as EDIFACT_STRUCTURES
from parsers.naming import Element, Names, Segment, codes_of, parsed
from parsers.x12.dictionary import facts_of
from parsers.x12.meanings import MEANINGS as X12_MEANINGS
from parsers.x12.names import NAMES as X12
from parsers.x12.paths import parse_path
from parsers.x12.sets.structures import STRUCTURES as X12_STRUCTURES

ENVELOPES = {
    "x12": {"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"},
    "edifact": {"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ", "UNS"},
}


def segments_of(structures: dict[str, str]) -> set[str]:
    return {name for text in structures.values() for name in re.findall(r"[A-Z][A-Z0-9]+", text)}


def elements_read(tables: dict[str, Table]) -> Iterator[tuple[str, str, int, int]]:
    """Every (table, segment, element, component) that a row of the tables reads."""
    for table in tables.values():
        for entry in guide.entries(table):
            for path in (*entry.paths, *filter(None, [entry.key])):
                place = parse_path(path)
                around = [step for one in entry.within for step in parse_path(one).steps]
                steps = place.steps or around
                if place.element and steps and not parse_path(" ".join(entry.within[-1:])).pairs:
                    yield entry.table, steps[-1].name, place.element, place.component


def test_every_segment_of_x12_has_a_name() -> None:
    wanted = segments_of(X12_STRUCTURES) | ENVELOPES["x12"]
    assert [name for name in sorted(wanted) if not X12.segment(name).name] == []


def test_every_segment_of_edifact_has_a_name() -> None:
    wanted = segments_of(EDIFACT_STRUCTURES) | ENVELOPES["edifact"]
    assert [name for name in sorted(wanted) if not EDIFACT.segment(name).name] == []


def test_every_element_that_a_table_of_x12_reads_has_a_name() -> None:
    read = set(elements_read(x12_tables.TABLES))
    assert len(read) > 100
    assert [one for one in sorted(read) if not X12.segment(one[1]).named(*one[2:])] == []


def test_every_component_that_a_table_of_edifact_reads_has_a_name() -> None:
    read = set(elements_read(edifact_tables.TABLES))
    assert len(read) > 50
    nameless = [
        one
        for one in sorted(read)
        if one[2] > 9 and not EDIFACT.segment(one[1]).named(*divmod(one[2], 10))
    ]
    assert nameless == []


@pytest.mark.parametrize("name", sorted(segments_of(X12_STRUCTURES)))
def test_the_words_agree_with_the_dictionary(name: str) -> None:
    """Where the dictionary has a date, the words say so; and they reach as far as it does."""
    facts = facts_of(name, 4010)
    for place, use in enumerate(facts.uses if facts else (), 1):
        words = X12.segment(name).named(place)
        assert words, f"{name}/{place:02d} {use.words}"
        if use.element and use.element.type == "DT":
            assert re.search(r"date|horizon|since", words), f"{name}/{place:02d} {words}"


def test_the_notation() -> None:
    found = parsed("price: class | unit (unit; exponent) | [type | number]")
    assert found == Segment(
        "price",
        (Element("class"), Element("unit", ("unit", "exponent"))),
        (Element("type"), Element("number")),
    )
    assert [found.named(place) for place in range(1, 7)] == [
        "class",
        "unit",
        "type",
        "number",
        "type",
        "number",
    ]
    assert found.named(2, 2) == "exponent"
    assert found.named(2, 3) == ""


def test_lines_go_on_where_they_are_indented() -> None:
    names = Names("\nA1 one: first\n  | second\nB2 two: third\n")
    assert names.segment("A1").named(2) == "second"
    assert names.segment("B2").named(1) == "third"
    assert names.segment("C3") == Segment("")


def test_a_code_is_looked_up_by_its_place_before_its_name() -> None:
    assert X12_MEANINGS.meaning("N1/01", "role", "ST") == "ship to"
    assert X12_MEANINGS.meaning("PER/03", "number type", "TE") == "telephone"
    assert X12_MEANINGS.meaning("N1/03", "number type", "92") == "assigned by the buyer"
    assert X12_MEANINGS.meaning("DTM/01", "date type", "002") == "delivery requested"
    assert X12_MEANINGS.meaning("N1/01", "role", "??") == ""
    assert EDIFACT_MEANINGS.meaning("NAD/1", "role", "BY") == "buyer"


@pytest.mark.parametrize("meanings", [X12_MEANINGS, EDIFACT_MEANINGS], ids=["x12", "edifact"])
def test_no_code_stands_without_words(meanings: object) -> None:
    lists: dict[str, str] = meanings.lists  # type: ignore[attr-defined]
    for name, words in lists.items():
        if words.startswith("= "):
            assert words[2:] in lists
        else:
            assert all(codes_of(words).values()), name


def test_a_list_may_be_that_of_another() -> None:
    assert X12_MEANINGS.meaning("CTT/04", "weight unit", "LB") == "pound"
    assert X12_MEANINGS.meaning("G61/03", "number type", "TE") == "telephone"
