"""`dockmatch partners`: the profiles of partners, what is wrong with them, and what they change."""

import sys
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from gateway import partners as files
from gateway.approving import approval_of
from gateway.commands.partners_preview import preview
from gateway.guide.build import UnknownSetError, guide
from gateway.guide.html import html
from gateway.guide.markdown import markdown
from gateway.partner_checks import Mistake, mistakes_in
from gateway.partner_claims import claims_of, contested
from mappers.partners import PartnerError

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_PARTNERS_EXAMPLES = """\b
Examples:
  dockmatch partners check bellweather
  dockmatch partners explain bellweather --set 810 --html > guide.html
  dockmatch partners preview bellweather --with changed.toml --last 100
"""
_CHECK_EXAMPLES = """\b
Examples:
  dockmatch partners check
  dockmatch partners check bellweather
  dockmatch partners check drafts/bellweather.toml
"""
_EXPLAIN_EXAMPLES = """\b
Examples:
  dockmatch partners explain bellweather | less
  dockmatch partners explain bellweather --set 850 --set 810 --html > guide.html
"""


class Summary(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A profile in one line."""

    partner: str
    name: str | None = None
    identifiers: tuple[str, ...] = ()
    rows: int = 0
    codes: int = 0
    units: int = 0
    required: int = 0
    mistakes: int = 0
    approved_by: str | None = None
    approved_at: str | None = None


class Checked(Struct, frozen=True, kw_only=True):
    """What `partners check --json` prints of a profile."""

    partner: str
    file: str
    mistakes: tuple[Mistake, ...]


@click.group(epilog=_PARTNERS_EXAMPLES)
def partners() -> None:
    """Look at the profiles of partners: `partners/NAME.toml`."""


@partners.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a partner.")
def list_(*, as_json: bool) -> None:
    """List the partners that have a profile, and what each says."""
    for partner in files.partners():
        summary = _summary(partner)
        if as_json:
            click.echo(_ENCODER.encode(summary))
        else:
            _tell_summary(summary)


@partners.command(epilog=_CHECK_EXAMPLES)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a profile.")
def check(name: str | None, *, as_json: bool) -> None:
    """Say what is wrong with a profile: every mistake, its line, and what to do.

    NAME is a partner, or the path of a file that is to become a profile; without it all profiles
    are checked, and whether two of them claim the same identifier. Exit status 1 for mistakes.
    """
    paths = [profile_path(name)] if name else _all()
    checked = [_checked(path) for path in paths]
    if not name:
        checked = _with_rivals(checked)
    for one in checked:
        if as_json:
            click.echo(_ENCODER.encode(one))
        else:
            _tell_checked(one)
    sys.exit(int(any(one.mistakes for one in checked)))


partners.add_command(preview)


@partners.command(epilog=_EXPLAIN_EXAMPLES)
@click.argument("name")
@click.option("--set", "sets", multiple=True, metavar="KIND", help="Which documents: 850, INVOIC.")
@click.option("--html", "as_html", is_flag=True, help="Print one HTML page that needs no other.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(name: str, sets: tuple[str, ...], *, as_html: bool, as_json: bool) -> None:
    """Print the implementation guide that a partner's profile comes to.

    For each set: its segments in order, what each element becomes and how its text is read, with
    what is this partner's own marked; and what is agreed on codes, units, acknowledgments and
    sending. Without --set, the sets that the profile changes, or else the usual ones.
    """
    path = profile_path(name)
    try:
        found = guide(path.stem, files.agreed_in(path), sets)
    except PartnerError as fault:
        raise click.UsageError(str(fault)) from fault
    except UnknownSetError as fault:
        message = f"there is no set {fault}; there are {', '.join(fault.known)}"
        raise click.BadParameter(message, param_hint="--set") from fault
    if as_json:
        click.echo(_ENCODER.encode(found))
    elif as_html:
        click.echo(html(found))
    else:
        for line in markdown(found):
            click.echo(line)


def profile_path(name: str) -> Path:
    """Return the file of a partner or of a draft. Raises `BadParameter` where there is none."""
    own = files.path_of(name)
    for path in (own, Path(name)):
        if path is not None and path.is_file():
            return path
    message = f"there is no {own or name}"
    raise click.BadParameter(message)


def _all() -> list[Path]:
    return [files.FOLDER / f"{partner}.toml" for partner in files.partners()]


def _checked(path: Path) -> Checked:
    try:
        found = mistakes_in(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as fault:
        found = (Mistake(key="", message=str(fault), remedy="Save the file as UTF-8."),)
    return Checked(partner=path.stem, file=str(path), mistakes=found)


def _with_rivals(checked: list[Checked]) -> list[Checked]:
    """Add the identifiers that several profiles claim: who sent a document could not be told."""
    rivals = contested()
    return [_with_rival(one, rivals) for one in checked]


def _with_rival(checked: Checked, rivals: dict[str, tuple[str, ...]]) -> Checked:
    mistakes = tuple(
        Mistake(
            key="identifiers",
            message=f"{identifier} is claimed by {' and '.join(owners)}",
            remedy="Leave it with the one who sends under it.",
        )
        for identifier, owners in rivals.items()
        if checked.partner in owners
    )
    return msgspec.structs.replace(checked, mistakes=(*checked.mistakes, *mistakes))


def _summary(partner: str) -> Summary:
    checked = _checked(files.FOLDER / f"{partner}.toml")
    profile = None if checked.mistakes else files.profile_of(partner)
    if profile is None:
        return Summary(partner=partner, mistakes=len(checked.mistakes))
    approval = approval_of(files.FOLDER / f"{partner}.toml")
    rows = (profile.x12, profile.edifact, profile.cxml, profile.ubl, profile.cii, profile.oci)
    return Summary(
        partner=partner,
        name=profile.name,
        identifiers=claims_of(profile),
        rows=sum(map(len, rows)),
        codes=sum(map(len, profile.codes.values())),
        units=len(profile.units),
        required=len(profile.required),
        approved_by=approval.by if approval else None,
        approved_at=approval.at if approval else None,
    )


def _tell_summary(one: Summary) -> None:
    if one.mistakes:
        click.echo(f"{one.partner}: {one.mistakes} mistakes, see `dockmatch partners check`")
        return
    counts = {"row": one.rows, "code": one.codes, "unit": one.units, "requirement": one.required}
    said = ", ".join(
        f"{number} {word}{'' if number == 1 else 's'}" for word, number in counts.items() if number
    )
    names = f" ({one.name})" if one.name else ""
    known = f" {'; '.join(one.identifiers)}" if one.identifiers else ""
    approved = f"; approved by {one.approved_by}, {one.approved_at}" if one.approved_by else ""
    click.echo(f"{one.partner}{names}:{known} {said}".rstrip(": ") + approved)


def _tell_checked(one: Checked) -> None:
    if not one.mistakes:
        click.echo(f"{one.file}: fine")
    for mistake in one.mistakes:
        where = f"{one.file}:{mistake.line}" if mistake.line else one.file
        key = f" {mistake.key}:" if mistake.key else ""
        click.echo(f"{where}:{key} {mistake.message}. {mistake.remedy}".rstrip())
