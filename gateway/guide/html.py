"""A guide as one HTML page that needs nothing else: to be sent to a partner, or printed."""

from pathlib import Path

import jinja2

from gateway.guide.view import Guide

_TEMPLATE = Path(__file__).parent / "guide.html"


def html(guide: Guide) -> str:
    """Return a guide as a page."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(guide=guide)
