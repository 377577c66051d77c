"""Questions to a form from within functions, in the paths that tables use."""

from decimal import Decimal

from mappers.convert import number
from parsers.form import Form


def text_at(form: Form, path: str) -> str | None:
    """Return the text at `path` without its position, or None."""
    return type(form).text_of(path)(form)


def number_at(form: Form, path: str) -> Decimal | None:
    """Return the number at `path`; None where there is none, or what stands there is no number."""
    raw = text_at(form, path)
    if raw is None:
        return None
    try:
        return number(raw)
    except ValueError:
        return None


def has(form: Form, path: str) -> bool:
    """Whether there is a group at `path`."""
    return bool(type(form).groups_of(path)(form))


def may_mention(form: Form, name: str) -> bool:
    """Whether a document may have a group of a name anywhere; True where that is not told soon."""
    mentions = getattr(form, "mentions", None)
    return mentions is None or bool(mentions(name))


def place_of(form: Form, path: str) -> str:
    """Return where the text at `path` stands, in words; the path itself where there is none."""
    found = form.find(path)
    return found.position.at if found else path
