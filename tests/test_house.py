"""The house rules: which floor imports which, how big things may grow, which names say nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "parsers": ("parsers",),
    "mappers": ("mappers", "parsers.form"),
    "matcher": ("matcher", "mappers.canonical"),
    "gateway": ("gateway", "matcher", "mappers", "parsers"),
}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools"}
OURS = tuple(FLOORS)
MODULE_LINES, FUNCTION_LINES, NESTING, P90_LINES = 500, 60, 3, 25
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)
BROAD_CATCHES = 2


def modules() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def depth(node: ast.AST, level: int = 0) -> int:
    deepest = level
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        elif_of = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        inner = level + (isinstance(child, BLOCKS) and not elif_of)
        deepest = max(deepest, depth(child, inner))
    return deepest


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_down_the_staircase(path: Path) -> None:
    floor = path.relative_to(ROOT).parts[0]
    for name in imports(path):
        if name.split(".")[0] in OURS:
            allowed = any(name == to or name.startswith(f"{to}.") for to in FLOORS[floor])
            assert allowed, f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_sizes(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MODULE_LINES, f"{name_of(path)} has {lines} lines"
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= FUNCTION_LINES, f"{name_of(path)}.{function.name} has {length} lines"
        assert depth(function) <= NESTING, f"{name_of(path)}.{function.name} nests too deep"


def test_nine_functions_in_ten_are_short() -> None:
    lengths = sorted(
        (f.end_lineno or 0) - f.lineno + 1 for path in modules() for f in functions(path)
    )
    assert lengths[int(len(lengths) * 0.9)] <= P90_LINES


def test_no_import_cycles() -> None:
    known = {name_of(path) for path in modules()}
    graph = {name_of(path): {n for n in imports(path) if n in known} for path in modules()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for below in sorted(graph[name]):
                visit(below, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_names_say_something(path: Path) -> None:
    assert path.stem not in NAMELESS
    if path.name == "__init__.py":
        assert path.read_text(encoding="utf-8") == "", f"{path} is not empty"


def test_public_things_are_documented() -> None:
    public, silent = 0, []
    for path in modules():
        nodes = [
            path_node for path_node in ast.walk(tree(path)) if isinstance(path_node, ast.ClassDef)
        ]
        nodes += [
            node
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for node in nodes:
            if not node.name.startswith("_"):
                public += 1
                if not ast.get_docstring(node):
                    silent.append(f"{name_of(path)}.{node.name}")
    assert len(silent) <= public * 0.05, silent


def test_broad_catches_are_counted() -> None:
    broad = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{name_of(path)}: bare except"
                if isinstance(node.type, ast.Name) and node.type.id in {
                    "Exception",
                    "BaseException",
                }:
                    broad.append(f"{name_of(path)}:{node.lineno}")
    assert len(broad) <= BROAD_CATCHES, broad


def test_no_floats_in_money() -> None:
    for path in modules():
        if path.relative_to(ROOT).parts[0] == "matcher":
            for node in ast.walk(tree(path)):
                is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
                assert not is_float, f"{name_of(path)}:{node.lineno} has a float"
