"""What an implementation guide for one partner is made of, ready to be written."""

from msgspec import Struct


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An element that is read: where it stands, and the field of the record that it becomes.

    `condition` says when, `conversion` what its text has to be; `own` is whether this partner has
    it otherwise than everybody; `example` is a text that could stand there.
    """

    place: str
    field: str
    name: str = ""
    type: str = ""
    condition: str = ""
    conversion: str = ""
    required: bool = False
    own: bool = False
    example: str = ""


class SegmentGuide(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A segment in its order: `depth` by its loops, `repeats` how often (`1`, `up to 5`, `any`)."""

    name: str
    words: str
    depth: int = 0
    required: bool = False
    repeats: str = "1"
    rows: tuple[Row, ...] = ()


class SetGuide(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of document: its segments, or for XML the paths that are read.

    `unread` are segments that may stand there and that nothing is read from.
    """

    form: str
    kind: str
    words: str
    record: str
    segments: tuple[SegmentGuide, ...] = ()
    rows: tuple[Row, ...] = ()
    unread: tuple[str, ...] = ()


class Section(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something agreed besides: a title, sentences, and a table of pairs."""

    title: str
    sentences: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


class Guide(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The implementation guide for one partner."""

    partner: str
    title: str
    sections: tuple[Section, ...] = ()
    sets: tuple[SetGuide, ...] = ()
