"""What the documentation says exists, and what exists is documented."""

import ast
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any, get_args

import click
import msgspec
import pytest

from gateway import cli, config
from gateway.api.catalogue import OPERATIONS
from gateway.doors.problems import KINDS
from matcher.codes import CODES

ROOT = Path(__file__).resolve().parent.parent
# Where somebody built this is nobody's business, nor is the mirror that the packages came from.
FORBIDDEN = [f"/{'work'}/", f"pypi.{'org'}", f"python{'hosted'}", f"/{'root'}/", f"/{'home'}/"]
COMMANDS = set(cli.main.list_commands(click.Context(cli.main)))
EVENT = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")
NO_EVENTS = re.compile(
    r"(parsers|mappers|matcher|gateway)\..*"
    r"|.*\.(toml|jsonl?|html|css|js|svg|db|dump|lock|py|txt|id|sequence|sha256)"
)
STRONG_COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|(Affero )?General Public License)")


def page(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout, or git is not installed")
    listed = subprocess.run(
        [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def mentioned(word: str, text: str) -> set[str]:
    """The second words of what stands in code behind `word`."""
    spans = re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL)
    return {name for span in spans for name in re.findall(rf"\b{word} ([a-z][a-z-]*)", span)}


@pytest.mark.parametrize("path", [Path("README.md"), *sorted(Path("docs").glob("*.md"))], ids=str)
def test_documented_commands_exist(path: Path) -> None:
    text = page(str(path))
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), flags=re.MULTILINE))
    assert mentioned("make", text) <= targets
    assert mentioned("dockmatch", text) <= COMMANDS


def test_every_command_is_in_the_readme() -> None:
    assert mentioned("dockmatch", page("README.md")) >= COMMANDS


def test_links_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
            assert "://" in target or (path.parent / target).exists(), f"{path}: {target}"


def event_types() -> set[str]:
    """What the gateway names like an event, and neither logs nor imports nor finds wrong."""
    found: set[str] = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        if not {"commands", "migrations", "demo"} & set(path.parts):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            other = {id(node) for call in ast.walk(tree) for node in said_otherwise(call)}
            found |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in other
                and EVENT.fullmatch(node.value)
            }
    problems = re.findall(r"`([a-z_.]+)`", page("docs", "problems.md"))
    return {one for one in found - {*problems} if not NO_EVENTS.fullmatch(one)}


def said_otherwise(call: ast.AST) -> Iterator[ast.AST]:
    """The first word of a log line, and the code of a problem."""
    if isinstance(call, ast.Call):
        if "_log." in ast.unparse(call.func) and call.args:
            yield call.args[0]
        for word in call.keywords:
            if word.arg == "code":
                yield from ast.walk(word.value)


def test_every_event_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", page("docs", "webhooks.md"), re.MULTILINE)
    assert sorted(rows) == sorted(event_types())


def test_every_finding_is_documented() -> None:
    rows = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", page("docs", "findings.md"), flags=re.MULTILINE)
    assert sorted(rows) == sorted(CODES)


def reported() -> Iterator[str]:
    """The names of the benchmarks' lines."""
    for path in (ROOT / "benchmarks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(rf"^{path.stem}\.[a-z0-9_]+$", node.value)


def test_every_benchmark_is_explained() -> None:
    rows = re.findall(r"^\| `([a-z0-9_.]+)` \|", page("docs", "benchmarks.md"), flags=re.MULTILINE)
    assert sorted(rows) == sorted(set(reported()))


def settings(struct: type[msgspec.Struct], prefix: str) -> Iterator[tuple[str, str]]:
    """Every key that can be set, with its default as TOML writes it."""
    for field in msgspec.structs.fields(struct):
        name, inner = f"{prefix}{field.encode_name}", inner_struct(field.type)
        if field.type is Path:  # where the file is, not what it says
            continue
        if inner is not None:
            yield from settings(inner, f"{name}.")
        elif field.required:
            yield name, "required"
        else:
            default = field.default
            yield name, "none" if default in {None, ()} else f"`{json.dumps(default)}`"


def inner_struct(kind: Any) -> type[msgspec.Struct] | None:
    candidates = [kind, *get_args(kind)]
    return next((one for one in candidates if isinstance(one, type(msgspec.Struct))), None)


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9_.]+)` \| ([^|]+?) \|", page("docs", "configuration.md"), flags=re.MULTILINE
    )
    assert dict(rows) == dict(settings(config.Config, ""))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[\[<>=~! ]", one)[0] for one in wanted}
    reasons = re.findall(
        r"^\| ([a-z0-9.-]+) \|", page("docs", "decisions", "dependencies.md"), flags=re.MULTILINE
    )
    assert sorted(set(reasons) - {"package"}) == sorted(names)


def declared() -> set[str]:
    return names_in(tomllib.loads(page("pyproject.toml"))["project"]["dependencies"])


def optional() -> set[str]:
    extras = tomllib.loads(page("pyproject.toml"))["project"]["optional-dependencies"]
    return set().union(*(names_in(wanted) for name, wanted in extras.items() if name != "dev"))


def names_in(wanted: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", one)[0].lower() for one in wanted}


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    made_by = packages_distributions()
    imported = {
        made_by[name][0].lower().replace("_", "-")
        for floor in ("parsers", "mappers", "matcher", "gateway")
        for path in (ROOT / floor).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported_packages(node)
        if name in made_by
    }
    assert imported - {"dockmatch"} - optional() == declared()


def imported_packages(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield (node.module or "").split(".")[0]


def base_install(name: str, seen: set[str]) -> set[str]:
    """The distributions that come with a bare `dockmatch`, itself excluded."""
    for line in distribution(name).requires or []:
        requirement, _, marker = line.partition(";")
        if "extra" in marker or "platform" in marker or "python_version" in marker:
            continue
        below = re.split(r"[\[<>=~! (]", requirement.strip())[0].lower()
        if below not in seen:
            seen.add(below)
            base_install(below, seen)
    return seen


def licence(name: str) -> str:
    about = distribution(name).metadata
    classifiers = [one for one in about.get_all("Classifier") or [] if one.startswith("License")]
    stated = about.get("License-Expression") or "; ".join(classifiers) or about.get("License") or ""
    return stated.split("\n")[0]


def test_the_base_install_binds_nobody() -> None:
    licences = {name: licence(name) for name in sorted(base_install("dockmatch", set()))}
    assert [name for name, text in licences.items() if not text] == []
    assert {n: t for n, t in licences.items() if STRONG_COPYLEFT.search(t)} == {}


def test_no_file_says_where_it_was_made() -> None:
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found = [word for word in FORBIDDEN if word in text]
        assert not found, f"{path.relative_to(ROOT)}: {found}"


def test_every_api_address_is_documented() -> None:
    known = {f"{one.method} {one.path}" for one in OPERATIONS} | {"GET /v1/openapi.json"}
    rows = re.findall(
        r"^\| `((?:GET|POST|PATCH|DELETE) [^`?]+)[^`]*` \|", page("docs", "api.md"), re.MULTILINE
    )
    assert sorted(rows) == sorted(known)


def test_every_problem_of_the_api_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (\d+) \|", page("docs", "api.md"), re.MULTILINE)
    assert rows == [(str(code), str(kind.status)) for code, kind in KINDS.items()]
