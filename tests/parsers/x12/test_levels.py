"""HL levels in any order and depth: the tree is what HL02 says."""

from collections.abc import Callable

from parsers.form import Document

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]


def notice(*levels: str) -> str:
    segments = [segment for level in levels for segment in level.split("|")]
    return "\n".join(
        (
            "ST*856*0001",
            "BSN*00*S1*20260105*0930*0001",
            *segments,
            f"CTT*{len(levels)}",
            f"SE*{len(segments) + 4}*0001",
        )
    )


def orders_of(document: Document) -> list[str | None]:
    found = (item.find("^PRF/01") for item in document.form.each("HL[03=I]"))
    return [one.text if one else None for one in found]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def read_notice(interchange: Interchange, read: Read, *levels: str) -> Document:
    (document,) = read(interchange(notice(*levels), code="SH"))
    return document


def test_items_find_their_order_through_packs(interchange: Interchange, read: Read) -> None:
    document = read_notice(
        interchange,
        read,
        "HL*1**S",
        "HL*2*1*O|PRF*PO-A",
        "HL*3*2*P|MAN*GM*1",
        "HL*4*3*I|SN1**1*EA",
        "HL*5*1*O|PRF*PO-B",
        "HL*6*5*P|MAN*GM*2",
        "HL*7*6*I|SN1**1*EA",
        "HL*8*3*I|SN1**2*EA",
    )
    assert document.problems == ()
    assert orders_of(document) == ["PO-A", "PO-B", "PO-A"]
    items = document.form.each("HL[03=I]")
    assert [item.find("^MAN/02").text for item in items] == ["1", "2", "1"]


def test_two_levels_with_the_order_in_the_item(interchange: Interchange, read: Read) -> None:
    document = read_notice(interchange, read, "HL*1**S", "HL*2*1*I|SN1**1*EA|PRF*PO-A")
    assert orders_of(document) == ["PO-A"]


def test_gaps_and_words_in_level_numbers(interchange: Interchange, read: Read) -> None:
    document = read_notice(
        interchange, read, "HL*10**S", "HL*A7*10*O|PRF*PO-A", "HL*99*A7*I|SN1**1*EA"
    )
    assert document.problems == ()
    assert orders_of(document) == ["PO-A"]


def test_levels_without_parents_are_put_under_the_next_higher_one(
    interchange: Interchange, read: Read
) -> None:
    document = read_notice(
        interchange,
        read,
        "HL*1**S",
        "HL*2**O|PRF*PO-A",
        "HL*3**I|SN1**1*EA",
        "HL*4**O|PRF*PO-B",
        "HL*5**I|SN1**1*EA",
    )
    assert codes(document) == ["x12.hl_no_parent"]
    assert orders_of(document) == ["PO-A", "PO-B"]


def test_an_unknown_parent_is_an_error_with_its_place(interchange: Interchange, read: Read) -> None:
    document = read_notice(interchange, read, "HL*1**S", "HL*2*1*O|PRF*PO-A", "HL*3*7*I|SN1**1*EA")
    (problem,) = document.problems
    assert (problem.code, problem.severity) == ("x12.hl_unknown_parent", "error")
    assert problem.at.startswith("segment 6 (HL) element 02")
    assert orders_of(document) == ["PO-A"]


def test_a_level_cannot_be_its_own_parent(interchange: Interchange, read: Read) -> None:
    document = read_notice(interchange, read, "HL*1*1*S", "HL*2*1*I|SN1**1*EA")
    assert codes(document) == ["x12.hl_unknown_parent"]
    assert orders_of(document) == [None]


def test_a_level_number_given_twice(interchange: Interchange, read: Read) -> None:
    document = read_notice(
        interchange,
        read,
        "HL*1**S",
        "HL*2*1*O|PRF*PO-A",
        "HL*2*1*O|PRF*PO-B",
        "HL*3*2*I|SN1**1*EA",
    )
    assert codes(document) == ["x12.hl_repeated"]
    assert orders_of(document) == ["PO-B"]


def test_a_zero_means_no_parent(interchange: Interchange, read: Read) -> None:
    document = read_notice(interchange, read, "HL*1*0*S", "HL*2*1*I|SN1**1*EA")
    assert document.problems == ()


def test_the_count_may_mean_levels_or_items(interchange: Interchange, read: Read) -> None:
    text = notice("HL*1**S", "HL*2*1*O|PRF*PO-A", "HL*3*2*I|SN1**1*EA").replace("CTT*3", "CTT*1")
    (document,) = read(interchange(text, code="SH"))
    assert document.problems == ()


def test_a_wrong_parent_is_told_behind_many_sets_written_alike(
    interchange: Interchange, read: Read
) -> None:
    """Also in a set whose lines are no levels, after the reader has learned how it is written."""

    def billing(number: int, parent: int) -> str:
        return f"""\
ST*857*{number:04}
BHT*0001*00*SB-{number}*20261013*0910
HL*1**S*1
G05*10*CA*132*LB
DTM*011*20261013
N9*BM*GB0310
N1*VN*GREENBOUGH FOODS LLC*92*100812
HL*2*1*O*1
TDS*30000
PRF*450007{number}***20261006
ITD*01*3*****30
HL*3*{parent}*I*0
IT1*1*10*CA*30**BP*TFS-90303
SE*14*{number:04}"""

    sets = [*(billing(number, 2) for number in range(1, 40)), billing(40, 9)]
    *plain, faulty = read(interchange(*sets, code="BS"))
    assert not any(one.problems for one in plain)
    assert [one.code for one in faulty.problems] == ["x12.hl_unknown_parent"]
