"""The unit factors of partners' profiles as master data: matching converts quantities by them."""

from collections.abc import Iterator

from msgspec import structs

from gateway import partners
from mappers.canonical import Party
from mappers.profile import Profile
from matcher.entries import AgreedUnit, Master
from matcher.names import names_of


def with_agreed_units(master: Master) -> Master:
    """Return master data with what was agreed on units with each partner.

    Raises `PartnerError` where a profile is faulty.
    """
    units = tuple(
        unit
        for name in partners.partners()
        if (profile := partners.profile_of(name)) is not None
        for unit in _agreed(profile)
    )
    return structs.replace(master, units=(*master.units, *units)) if units else master


def _agreed(profile: Profile) -> Iterator[AgreedUnit]:
    supplier = names_of(Party(name=profile.name, ids=profile.identifiers.parties))
    for one in profile.units:
        yield AgreedUnit(
            supplier=supplier, unit=one.unit, factor=one.factor, of=one.of, item=one.item
        )
