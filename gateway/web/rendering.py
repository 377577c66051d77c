"""Templates to pages: everything is escaped, and nothing hidden in a text survives.

Whatever a supplier writes is shown as those very characters. Those that one cannot see but that
change how others are read (controls, bidirectional overrides) are shown by their number.
"""

import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web
from markupsafe import Markup
from msgspec import Struct

from gateway.naming import place_in_words

_HERE = Path(__file__).parent
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def plain(value: Any) -> Any:
    """Return a value as it may be shown: our own markup as it is, hidden characters as numbers."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _HIDDEN.sub(
        lambda found: (
            f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{ord(found[0]):04X}"
            "\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
        ),
        value,
    )


class StaticFile(Struct, frozen=True, kw_only=True):
    """A file of ours, with its address that changes when the file does."""

    content: bytes
    content_type: str
    href: str


def static_files() -> dict[str, StaticFile]:
    """Return the style sheet and the scripts by name."""
    found = {}
    for path in sorted((_HERE / "static").iterdir()):
        content = path.read_bytes()
        version = hashlib.sha256(content).hexdigest()[:12]
        found[path.name] = StaticFile(
            content=content,
            content_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            href=f"/static/{path.name}?v={version}",
        )
    return found


class Pages:
    """Renders templates; `static` are the files that they may refer to."""

    def __init__(self, static: dict[str, StaticFile]) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            finalize=plain,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = lambda name: static[name].href
        self._environment.filters["in_words"] = place_in_words

    def text(self, template: str, **values: Any) -> str:
        """Render `template` with `values`."""
        return self._environment.get_template(template).render(values)

    def answer(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """Render `template` as an answer."""
        text = self.text(template, **values)
        return web.Response(text=text, status=status, content_type="text/html")
