"""docs/problems.md explains every problem that the sources can name, and nothing else."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from mappers import convert

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "problems.md"
CODE = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*[a-z0-9]")
FAMILY = re.compile(r"[a-z][a-z0-9]*\.(?=.*\*)[a-z0-9_*]+")
CONVERSIONS = {
    f"value.not_{value.name}"
    for value in vars(convert).values()
    if isinstance(value, convert.Convert) and value is not convert.text
}


def trees(*floors: str) -> Iterator[ast.Module]:
    for floor in floors:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def code_expressions() -> Iterator[ast.expr]:
    """What is given as `code=` to a Problem, or to a function that makes one."""
    for tree in trees("parsers", "mappers", "gateway"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from (word.value for word in node.keywords if word.arg == "code")


def pattern(joined: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "*" for part in joined.values
    )


def texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def named_codes() -> set[str]:
    """The codes given outright, and the constants of the lower floors that look like one."""
    outright = {
        text
        for expression in code_expressions()
        if not isinstance(expression, ast.JoinedStr)
        for text in texts(expression)
        if CODE.fullmatch(text)
    }
    families = {code.split(".")[0] for code in outright}
    passed_on = {
        text
        for tree in trees("parsers", "mappers")
        for text in texts(tree)
        if CODE.fullmatch(text) and text.split(".")[0] in families
    }
    return outright | passed_on


def code_families() -> set[str]:
    """The codes whose last part is filled in at run time, as patterns."""
    known = {code.split(".")[0] for code in named_codes()}
    joined = (
        pattern(node)
        for tree in trees("parsers", "mappers")
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
    )
    return {one for one in joined if FAMILY.fullmatch(one) and one.split(".")[0] in known}


def documented() -> dict[str, tuple[str, str]]:
    rows = re.findall(
        r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return {code: (cause, remedy) for code, cause, remedy in rows}


def test_every_code_is_explained() -> None:
    assert sorted((named_codes() | CONVERSIONS) - documented().keys()) == []


def test_every_family_has_its_codes_explained() -> None:
    for family in code_families():
        assert any(fnmatchcase(code, family) for code in documented()), family


def test_every_explanation_has_its_code() -> None:
    known, families = named_codes() | CONVERSIONS, code_families()
    stale = [
        code
        for code in documented()
        if code not in known and not any(fnmatchcase(code, family) for family in families)
    ]
    assert stale == []


def test_cause_and_remedy_are_sentences() -> None:
    for code, sentences in documented().items():
        assert all(len(text.split()) > 2 and text.endswith(".") for text in sentences), code
