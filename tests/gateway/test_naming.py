"""Places in words."""

import pytest

from gateway.naming import name_of_element, name_of_place, named, place_in_words
from mappers.canonical import Traced


@pytest.mark.parametrize(
    ("form", "at", "name"),
    [
        ("x12", "segment 17 (IT1) element 04, bytes 812-816", "IT1/04 unit price"),
        ("x12", "segment 2 (BEG), bytes 10-20", "BEG order heading"),
        ("edifact", "segment 5 (DTM) element 01 component 02, bytes 1-9", "DTM/1/2 date"),
        ("edifact", "segment 1 (LIN) element 01 component 01, bytes 1-9", "LIN/1 line number"),
        ("cxml", "/cXML/Request/OrderRequest/ItemOut[2]/@quantity, line 9", "ItemOut/@quantity"),
        ("x12", "the whole file", None),
        ("pdf", "page 1, box [1, 2, 3, 4]", None),
    ],
)
def test_a_place_has_a_name(form: str, at: str, name: str | None) -> None:
    assert name_of_place(form, at) == name


def test_a_composite_is_named_by_its_component() -> None:
    assert name_of_element("x12", "CTP", 5, 1) == "CTP/05-1 unit"


def test_what_nobody_knows_keeps_its_address() -> None:
    assert name_of_element("x12", "QQ9", 3) == "QQ9/03"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("segment 17 (IT1) element 04, bytes 8-9", "IT1/04 unit price, segment 17"),
        ("segment 5 (DTM) element 01 component 02, bytes 8-9", "DTM/1/2 date, segment 5"),
        ("segment 5 (DTM), bytes 8-9", "segment 5 (DTM), bytes 8-9"),
        ("page 1", "page 1"),
    ],
)
def test_people_read_the_name_of_an_element_first(at: str, told: str) -> None:
    assert place_in_words(at).startswith(told)
    assert place_in_words(at).endswith(at)


def test_a_trace_gets_its_names() -> None:
    trace = named("x12", {"/number": Traced(at="segment 2 (BIG) element 02", text="I-1")})
    assert trace["/number"].name == "BIG/02 invoice number"
