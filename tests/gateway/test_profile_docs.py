"""Every key of a profile is documented with its default."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec

from gateway.partner_checks import mistakes_in
from mappers.profile import Profile

PAGE = Path(__file__).parents[2] / "docs" / "partner-profile.md"
SAME_AS_OTHERS = ("ours.", "edifact.", "cxml.", "ubl.", "cii.", "oci.")
ELSEWHERE = ("connection.",)  # docs/punchout.md


def keys(struct: type[msgspec.Struct], prefix: str = "") -> Iterator[tuple[str, str]]:
    for field in msgspec.structs.fields(struct):
        name, inner = f"{prefix}{field.encode_name}", struct_in(field.type)
        if inner is not None and get_origin(field.type) is not dict:
            yield from keys(inner, f"{name}.")
        elif field.required:
            yield name, "required"
        else:
            empty = field.default in {None, (), msgspec.NODEFAULT} if hashable(field) else True
            yield name, "none" if empty else f"`{json.dumps(field.default)}`"


def hashable(field: Any) -> bool:
    return not isinstance(field.default, dict)


def struct_in(kind: Any) -> type[msgspec.Struct] | None:
    candidates = [kind, *get_args(kind)]
    return next((one for one in candidates if isinstance(one, type(msgspec.Struct))), None)


def test_every_key_is_documented_with_its_default() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9_.]+)` \| ([^|]+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    known = {
        name: default
        for name, default in keys(Profile)
        if not name.startswith((*SAME_AS_OTHERS, *ELSEWHERE))
    }
    assert dict(rows) == known


def test_the_example_of_the_page_is_a_sound_profile() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert tomllib.loads(example)["name"] == "Bellweather Fasteners"
    assert mistakes_in(example) == ()
