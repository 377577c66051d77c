"""The buyer's rules, from the files that the configuration names: policy and master data."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from gateway.config import Config, ConfigError
from gateway.flows.judging import Judge
from gateway.partner_units import with_agreed_units
from mappers.partners import PartnerError
from matcher.entries import Master
from matcher.policy import Policy, PolicyError, policy_of


def judge_of(config: Config) -> Judge:
    """Return the judge by the rules of `config`; raises ConfigError where a file is not right."""
    return Judge(_policy(config), _master(config), config.matching.as_of)


def rules_of(config: Config) -> tuple[Policy, Master]:
    """Return the policy and the master data of `config`; raises ConfigError likewise."""
    return _policy(config), _master(config)


def _policy(config: Config) -> Policy:
    name = config.matching.policy
    if name is None:
        return policy_of({})
    try:
        return policy_of(_toml(config.file(name)))
    except PolicyError as error:
        message = f"{config.file(name)}: {error}"
        raise ConfigError(message) from error


def _master(config: Config) -> Master:
    name = config.matching.master
    try:
        own = msgspec.convert(_toml(config.file(name)), Master) if name else Master()
        return with_agreed_units(own)
    except msgspec.ValidationError as error:
        message = f"{config.file(name or '')}: {error}"
        raise ConfigError(message) from error
    except PartnerError as error:
        raise ConfigError(str(error)) from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error
