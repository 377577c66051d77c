"""How bad a problem is, as agreed with the partner: before a document is used, not afterwards.

What a partner's profile rejects becomes an error, so that its record is kept for a person and its
acknowledgment says so, both for the same reason.
"""

from collections.abc import Iterable, Iterator

from msgspec import structs

from mappers.profile import Profile
from parsers.form import Document, Problem

GROUP_REPEATED = ("x12.group_control_repeated",)
DOCUMENT_REPEATED = ("x12.set_control_repeated", "edifact.message_repeated")


def as_agreed(document: Document, profile: Profile | None) -> Document:
    """Return a document whose problems weigh what was agreed."""
    if profile is None or not document.problems:
        return document
    return structs.replace(document, problems=tuple(_weighed(document.problems, profile)))


def _weighed(problems: Iterable[Problem], profile: Profile) -> Iterator[Problem]:
    for problem in problems:
        told = _told(problem, profile)
        if told in {"error", "warning"}:
            yield structs.replace(problem, severity=told)


def _told(problem: Problem, profile: Profile) -> str:
    if problem.code in profile.acknowledgments.reject:
        return "error"
    if problem.code in GROUP_REPEATED:
        return profile.duplicates.group
    if problem.code in DOCUMENT_REPEATED:
        return profile.duplicates.document
    return problem.severity
