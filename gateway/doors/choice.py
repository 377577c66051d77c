"""Which doors the configuration opens beside folders and HTTP; their libraries are optional."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Protocol

from gateway.config import Config, ConfigError
from gateway.doors.arriving import Arrivals
from gateway.doors.as2 import As2Door, Partnership
from gateway.doors.board import Board
from gateway.doors.household import House
from gateway.doors.partner import PartnerFolder
from gateway.doors.taking import Taking
from gateway.outbound import Guard, networks


class Door(Protocol):
    """A door with a thread of its own."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, and return when it has."""


def elsewhere(config: Config) -> list[PartnerFolder]:
    """Return the folders that partners have outside the inbox."""
    return [
        PartnerFolder(config.file(path), one.name)
        for one in config.partners
        for path in one.folders
    ]


def doors(config: Config, taking: Taking, house: House) -> Iterator[Door]:
    """Yield the doors to be opened; raises ConfigError, and OSError where a key cannot be kept."""
    if config.sftp.port is not None:
        yield _sftp(config, taking, house.board)
    if config.fetch:
        yield _fetch(config, taking, house)
    if config.as2:
        yield _as2(config, taking, house)
    if config.mail.host:
        yield _mail(config, taking, house)


def _sftp(config: Config, taking: Taking, board: Board) -> Door:
    module = _library("gateway.doors.sftp", "sftp")
    size_max, patience = config.folders.size_max_bytes, config.folders.patience
    accounts = {}
    for one in config.sftp.accounts:
        folder = PartnerFolder(config.inbox / (one.partner or one.name))
        folder.prepare()
        arrivals = Arrivals(folder, "sftp", taking, patience, size_max)
        try:
            accounts[one.name] = module.Account(one.name, one.keys, arrivals)
        except ValueError as error:
            raise ConfigError(str(error)) from error
    key = config.data / "sftp" / "host_key"
    door: Door = module.SftpDoor(config.sftp, accounts, key, board, size_max)
    return door


def _fetch(config: Config, taking: Taking, house: House) -> Door:
    module = _library("gateway.doors.fetching", "sftp")
    guard = Guard(networks(config.outbound.allow))
    sources = []
    for one in config.fetch:
        folder = PartnerFolder(config.inbox / one.partner)
        folder.prepare()
        sources.append(module.Source(one, config.root, folder, guard))
    limits = module.Limits(config.folders.size_max_bytes, config.folders.patience.give_up)
    door: Door = module.FetchDoor(sources, taking, house, limits)
    return door


def _mail(config: Config, taking: Taking, house: House) -> Door:
    module = _library("gateway.doors.mail", "mail")
    mailroom = module.Mailroom(taking.intake, taking.room)
    door: Door = module.MailDoor(config.mail, mailroom, house)
    return door


def _as2(config: Config, taking: Taking, house: House) -> Door:
    partnerships = []
    for one in config.as2:
        folder = PartnerFolder(config.inbox / one.partner)
        folder.prepare()
        partnerships.append(Partnership(one, config.root, folder))
    folders = config.folders
    return As2Door(partnerships, taking, house, folders.patience, folders.size_max_bytes)


def _library(module: str, extra: str) -> Any:
    """Import what needs a library that is not everybody's."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        message = f"{error.name} is missing; install dockmatch[{extra}]"
        raise ConfigError(message) from error
