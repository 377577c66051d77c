"""Dropping: put documents into partners' folders, as partners do, each of them once.

A file is written under a name that the gateway leaves alone, and renamed when it is whole. Where it
is after that is the gateway's business; that it is somewhere in the partner's folders is how a demo
that is started again knows what it has dropped before.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from gateway.demo.stories import SampleDocument, Story
from gateway.doors.partner import CLAIM_MARK, PartnerFolder

Dropped = tuple[str, str]  # partner and file name


def lying_about(inbox: Path, partners: Collection[str]) -> set[Dropped]:
    """Return what lies in the folders of `partners`, wherever the gateway has put it."""
    return {(name, file) for name in partners for file in _files(PartnerFolder(inbox / name))}


def _files(folder: PartnerFolder) -> Iterator[str]:
    if folder.incoming.is_dir():
        yield from (one.name for one in folder.entries())
        yield from (path.name.split(CLAIM_MARK, 1)[1] for path in folder.claimed().values())
        yield from (path.name for path in (folder.root / "done").rglob("*") if path.is_file())
        yield from (path.name for path in (folder.root / "quarantine").iterdir())


def drop(
    inbox: Path, documents: Iterable[tuple[Story, SampleDocument]], there: Collection[Dropped]
) -> Iterator[SampleDocument]:
    """Put `documents` into their partners' folders, except for those that are `there`."""
    for story, document in documents:
        if (document.partner, document.name) not in there:
            folder = PartnerFolder(inbox / document.partner)
            folder.prepare()
            written = folder.incoming / f"{document.name}.part"
            written.write_bytes(story.content(document))
            written.rename(folder.incoming / document.name)
        yield document
