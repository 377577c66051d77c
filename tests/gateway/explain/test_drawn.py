"""Paper that is drawn: states in three words, nothing of a supplier's taken for markup."""

from gateway.explain.drawn import drawn, has_boxes, state_of
from gateway.explain.view import Line, Page, Value
from tests.gateway.web.paper import drawn as invoice

HOSTILE = "<script>alert(1)</script>"


def page(**more: object) -> Page:
    value = Value(
        place="page 1",
        name="text",
        text=HOSTILE,
        field="/number",
        confidence=0.4,
        **more,  # type: ignore[arg-type]
    )
    return Page(
        title=f"invoice {HOSTILE}",
        summary=(HOSTILE,),
        lines=(Line(depth=0, text="", values=(value,)),),
    )


def test_the_three_states() -> None:
    assert [state_of(one) for one in (None, 1.0, 0.9, 0.89, 0.5, 0.49)] == [
        "sure",
        "sure",
        "sure",
        "look",
        "look",
        "wrong",
    ]


def test_nothing_that_was_read_is_markup() -> None:
    text = drawn("a.pdf", invoice(), [page(page=1, box=(10.0, 10.0, 60.0, 20.0))])
    assert "<script" not in text
    assert 'class="wrong"' in text
    assert "iVBOR" in text


def test_what_cannot_be_drawn_is_told_without_its_picture() -> None:
    text = drawn("a.pdf", b"%PDF-nothing", [page(page=1, box=(10.0, 10.0, 60.0, 20.0))])
    assert "data:image" not in text
    assert "1 more pages are not drawn" in text


def test_only_paper_has_boxes() -> None:
    assert not has_boxes(page())
    assert has_boxes(page(page=1, box=(1.0, 2.0, 3.0, 4.0)))
