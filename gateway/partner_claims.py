"""By what partners are known, and which of it several claim: then nobody knows who sent it."""

from collections import defaultdict

from gateway import partners as files
from mappers.partners import PartnerError
from mappers.profile import Profile


def claims_of(profile: Profile) -> tuple[str, ...]:
    """Return the identifiers of a profile, each as its format writes it."""
    known = profile.identifiers
    return (
        *(f"ISA {one.qualifier or '--'} {one.id}" for one in known.isa),
        *(f"UNB {one.id}{':' + one.qualifier if one.qualifier else ''}" for one in known.unb),
        *(f"cXML {one.domain} {one.identity}" for one in known.cxml),
    )


def contested() -> dict[str, tuple[str, ...]]:
    """Return the identifiers that several partners claim, with their names.

    A profile that has mistakes claims nothing.
    """
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for partner in files.partners():
        for identifier in _claims(partner):
            owners[identifier].append(partner)
    return {one: tuple(names) for one, names in owners.items() if len(names) > 1}


def _claims(partner: str) -> tuple[str, ...]:
    try:
        profile = files.profile_of(partner)
    except PartnerError:
        return ()
    return claims_of(profile) if profile else ()
