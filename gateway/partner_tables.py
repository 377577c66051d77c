"""Our tables as a profile has them: rows changed, codes at their elements translated."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module

from mappers.accounting import AccountingNames
from mappers.cxml.accounting import with_names
from mappers.partners import PartnerError, RowChange, changed
from mappers.profile import Profile
from mappers.rows import Table, paths_of
from mappers.translating import Element, element_of, translated
from parsers.x12.paths import parse_path as x12_path
from parsers.xml.paths import routes as xml_path

FORMS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "x12": ("mappers.x12.tables", x12_path),
    "edifact": ("mappers.edifact.tables", x12_path),
    "cxml": ("mappers.cxml.tables", xml_path),
    "ubl": ("mappers.ubl.tables", xml_path),
    "cii": ("mappers.ubl.tables", xml_path),
    "oci": ("mappers.oci.tables", str),
}
"""The formats whose tables may be changed: where they are, and what parses their paths."""

ELEMENTS = {"x12": re.compile(r"\w+/\d\d"), "edifact": re.compile(r"\w+/\d(/\d)?")}
"""How the elements of a format are addressed whose codes are translated."""


def ours(form: str) -> dict[str, Table]:
    """Return our tables of a format, by kind."""
    tables: dict[str, Table] = import_module(FORMS[form][0]).TABLES
    return tables


def tables_by(form: str, profile: Profile) -> Mapping[str, Table] | None:
    """Return the tables of a format as a profile has them; None where it changes none.

    Raises `PartnerError` where a row of the profile fits no table.
    """
    changes: tuple[RowChange, ...] = getattr(profile, form)
    elements = elements_of(form, profile)
    renamed = form == "cxml" and profile.accounting != AccountingNames()
    if not changes and not elements and not renamed:
        return None
    for change in changes:
        check_paths(form, change)
    tables = with_names(ours(form), profile.accounting) if renamed else ours(form)
    return translated(changed(tables, changes), elements)


def check_paths(form: str, change: RowChange) -> None:
    """Raise `PartnerError` where a path of a row is none."""
    for path in paths_of(change.path):
        try:
            FORMS[form][1](path)
        except ValueError as fault:
            message = f"{path!r} is no path"
            raise PartnerError(message) from fault


def elements_of(form: str, profile: Profile) -> tuple[Element, ...]:
    """Return the elements of a format whose codes the profile translates."""
    written = ELEMENTS.get(form)
    if written is None:
        return ()
    found = (
        element_of(address, codes)
        for address, codes in profile.codes.items()
        if written.fullmatch(address)
    )
    return tuple(one for one in found if one)
