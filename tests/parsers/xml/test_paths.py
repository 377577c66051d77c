"""The path language: what each construct finds, quick and with positions alike."""

from collections.abc import Callable

import pytest

from parsers.xml.element import XmlForm
from parsers.xml.paths import loosened, routes

ORDER = (
    '<Order id="7">'
    "<Note>  first <b>bold</b> second </Note>"
    "<Empty/><Name><Short>only inner</Short></Name>"
    '<Line n="1"><Price>  </Price><Price>2.50</Price><Tag name="Cost Center">CC-1</Tag></Line>'
    '<Line n="2"><Price>0.00</Price><Tag name="GL/Account">6100</Tag><Tag name="Job"/></Line>'
    '<Party><Contact role="billTo"><Name>Payer</Name></Contact></Party>'
    '<Party><Contact role="remitTo"><Name>Payee</Name></Contact></Party>'
    "</Order>"
)

CASES = [
    ("@id", "7"),
    ("name()", "Order"),
    ("Note", "first  second"),
    ("Name", "only inner"),
    ("Empty", None),
    ("Missing/Deeper", None),
    ("Line/Price", "2.50"),
    ("Line/@n", "1"),
    ("Line[@n=2]/Price", "0.00"),
    ("Line[Price!=0]/@n", "1"),
    ("Line[!Tag/@name=Job]/@n", "1"),
    ("Line/Tag[@name~=costcenter|cc]", "CC-1"),
    ("Line/Tag[@name~=G/L Account|glaccount]", "6100"),
    ("Party/Contact[@role=remitTo|payee]/Name", "Payee"),
    ("Party[Contact/@role=remitTo]/Contact/Name", "Payee"),
    ("Line/Tag[../@n=2]", "6100"),
    ("Missing|Line/Price", "2.50"),
    (".[Line]/@id", "7"),
    (".[!Line]/@id", None),
    ("/Header/From/Credential/Identity", "BUYER-1"),
    ("../../@payloadID", "1@test"),
    ("../../../Anything", None),
    ("Party/Contact[@role*=mit]/Name", "Payee"),
]


@pytest.mark.parametrize(("path", "wanted"), CASES)
def test_a_path_finds_the_first_text(
    form: Callable[[str], XmlForm], path: str, wanted: str | None
) -> None:
    order = form(ORDER)
    assert XmlForm.text_of(path)(order) == wanted
    found = order.find(path)
    assert (found.text if found else None) == wanted


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("Line", ["1", "2"]),
        ("Line[Tag/@name=Job]", ["2"]),
        ("Line[@n=2]|Line[@n=1]", ["2", "1"]),
        ("Nothing", []),
    ],
)
def test_groups_keep_their_order(
    form: Callable[[str], XmlForm], path: str, numbers: list[str]
) -> None:
    groups = form(ORDER).each(path)
    assert [XmlForm.text_of("@n")(group) for group in groups] == numbers


def test_a_group_knows_what_is_above_it(form: Callable[[str], XmlForm]) -> None:
    tag = form(ORDER).each("Line/Tag")[1]
    assert XmlForm.text_of("../@n")(tag) == "2"
    assert XmlForm.text_of("../../@id")(tag) == "7"
    assert tag.trail == "/cXML/Request/Order/Line[2]/Tag[1]"


def test_a_wish_that_comes_late_is_answered(form: Callable[[str], XmlForm]) -> None:
    order = form("<Order><A><Early>1</Early><Late>2</Late></A></Order>")
    assert XmlForm.text_of("A/Early")(order) == "1"
    assert XmlForm.text_of("A/Late")(order) == "2"


def test_namespaces_do_not_matter(read: Callable[[bytes], object]) -> None:
    plain = b'<cXML payloadID="p" timestamp="2026-01-01T00:00:00Z" xmlns="urn:any"><Response>'
    document = read(plain + b'<Status code="200" text="OK"/></Response></cXML>')
    assert XmlForm.text_of("Status/@code")(document.form) == "200"  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["a//b", "@x/y", "a[", "a[=x]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no "):
        routes(path)


def test_names_are_compared_without_blanks_signs_and_case() -> None:
    assert loosened("G/L Account") == loosened("gl_account") == "glaccount"
